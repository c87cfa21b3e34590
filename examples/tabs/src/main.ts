import { lead, TabLocks } from '@valvekit/tabs';
import { Session } from './session.ts';

const session = new Session(new TabLocks({ prefix: 'shop' }));
const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

/** Does something on each click, and shows what comes of it. */
function onClick(id: string, act: () => Promise<string>): void {
  find(id).addEventListener('click', () => {
    const answer = find('answers').appendChild(document.createElement('li'));
    answer.textContent = '…';
    act().then(
      (text) => {
        answer.textContent = text;
      },
      (error: Error) => {
        answer.textContent = error.message;
      },
    );
  });
}

onClick('ask', () => session.balance());
onClick('sign-out', () => session.signOut().then(() => 'signed out'));

/** Looks for messages, in one tab for all. */
async function lookForMessages(signal: AbortSignal): Promise<void> {
  find('role').textContent = 'leads';
  signal.addEventListener('abort', follow);
  while (!signal.aborted) {
    try {
      await fetch('/messages', { signal });
    } catch (error) {
      // Thrown on, it would end the function: this tab would resign, and not stand again.
      if (!signal.aborted) console.warn(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function follow(): void {
  find('role').textContent = 'follows';
}

// It ends if the function does, or where the browser denies locks.
lead('messages', lookForMessages).catch(console.error).finally(follow);
