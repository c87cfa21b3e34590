import { Barrier, TimeoutError } from '@valvekit/barrier';
import { find } from './find.ts';
import type { Server } from './server.ts';
import { stoppable } from './stoppable.ts';

/** A form that can be sent at any time; the message is sent once the connection is ready. */
export function setUpMessage(server: Server): void {
  const form = find('message', HTMLFormElement);
  const text = find('text', HTMLInputElement);
  const seconds = find('seconds', HTMLInputElement);
  const send = find('send', HTMLButtonElement);
  const cancel = find('cancel', HTMLButtonElement);
  const outcome = find('outcome', HTMLParagraphElement);
  const states = find('connection', HTMLFieldSetElement);

  const connection = new Barrier('offline');

  async function sendMessage(signal: AbortSignal): Promise<void> {
    const message = text.value;
    outcome.textContent = 'Waiting until the connection is ready…';
    try {
      await connection.wait('ready', { timeout: seconds.valueAsNumber * 1000, signal });
      outcome.textContent = 'Sending…';
      outcome.textContent = await server.request('message', () => `Sent: ${message}`, signal);
    } catch (error) {
      const isLate = error instanceof TimeoutError;
      outcome.textContent = isLate ? 'Timed out: the connection was not ready in time' : 'Canceled';
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void stoppable(send, cancel, sendMessage);
  });

  states.addEventListener('change', (event) => {
    connection.set((event.target as HTMLInputElement).value);
  });
}
