// What every page, frame and worker of the tests runs.
import * as tabs from '@valvekit/tabs';
import { tell } from '@valvekit-internal/laws/web-locks/facts';
import { Hands } from './hands.ts';
import { runLaws, runSharedProgram } from './laws.ts';
import { Workers } from './workers.ts';

const hands = new Hands();
const tellFacts = (): Promise<unknown> =>
  tell(navigator.locks, async () => {
    for (let i = 0; i < 10; i++) await navigator.locks.query();
  });
Object.assign(globalThis, { hands, tabs, runLaws, runSharedProgram, tellFacts });

interface Order {
  readonly id: number;
  readonly code: string;
}

async function obey({ id, code }: Order, answer: (message: unknown) => void): Promise<void> {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval
    answer({ id, value: await new Function(`return ${code}`)() });
  } catch (error) {
    answer({ id, error: String(error) });
  }
}

type Listener = (
  event: MessageEvent<Order> & { ports: MessagePort[]; source: { postMessage(message: unknown): void } | null },
) => void;
const listen = (type: string, listener: Listener): void => globalThis.addEventListener(type, listener as never);

if (typeof document === 'object') {
  Object.assign(globalThis, { workers: new Workers() });
} else {
  // A dedicated worker, or a service worker; and a shared worker.
  listen('message', ({ data, source }) => {
    void obey(data, (message) => (source ?? globalThis).postMessage(message));
  });
  listen('connect', ({ ports: [port] }) => {
    if (port !== undefined)
      port.onmessage = ({ data }) => void obey(data as Order, (message) => port.postMessage(message));
  });
}
