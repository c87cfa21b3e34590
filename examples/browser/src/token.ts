import { Mutex } from '@valvekit/mutex';
import { find } from './find.ts';
import type { Server } from './server.ts';

/** Many clicks need a token; however many find it expired, it is refreshed once. */
export function setUpToken(server: Server): void {
  const ask = find('ask', HTMLButtonElement);
  const expire = find('expire', HTMLButtonElement);
  const refuse = find('refuse', HTMLInputElement);
  const answers = find('answers', HTMLOListElement);

  const mutex = new Mutex();
  let token: string | undefined;
  let tokens = 0;

  // Checked while holding the lock: the previous holder may have refreshed the token. If that failed, the next one tries
  // again.
  function currentToken(): Promise<string> {
    return mutex.sandbox(async () => {
      token ??= await server.request('token', issue);
      expire.disabled = false;
      return token;
    });
  }

  function issue(): string {
    const isRefused = refuse.checked;
    refuse.checked = false;
    if (isRefused) throw new Error('refused');
    return `token ${++tokens}`;
  }

  async function balance(): Promise<string> {
    const current = await currentToken();
    return server.request('balance', () => `with ${current}`);
  }

  ask.addEventListener('click', () => {
    const answer = answers.appendChild(document.createElement('li'));
    const show = (state: string, text: string): void => {
      answer.className = state;
      answer.textContent = text;
    };
    show('waiting', '…');
    balance().then(
      (text) => show('done', text),
      (error: Error) => show('failed', error.message),
    );
  });

  expire.addEventListener('click', () => {
    token = undefined;
    expire.disabled = true;
    answers.replaceChildren();
  });
}
