import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { report } from '../src/runtime/report.ts';

afterEach(() => void vi.unstubAllGlobals());

/** What the process hears of until the next macrotask, in order. */
async function heard(body: () => void): Promise<unknown[]> {
  const events: unknown[] = [];
  const before = new Map(
    ['uncaughtException', 'unhandledRejection'].map((name) => [name, process.listeners(name as 'exit')]),
  );
  const { setImmediate } = process.getBuiltinModule('node:timers');
  for (const name of before.keys()) {
    process.removeAllListeners(name);
    process.on(name, (error) => events.push([name, error]));
  }
  onTestFinished(() => {
    for (const [name, listeners] of before) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name, listener);
    }
  });
  body();
  await new Promise((resolve) => setImmediate(resolve));
  return events;
}

const error = new Error('mine');

it('hands the error to reportError, where there is one', async () => {
  const reportError = vi.fn();
  vi.stubGlobal('reportError', reportError);
  const events = await heard(() => [error, undefined].forEach(report));
  expect([reportError.mock.calls, events]).toEqual([[[error], [undefined]], []]);
});

it('throws it from a microtask, where there is none', async () => {
  vi.stubGlobal('reportError', undefined);
  const events = await heard(() => report(error));
  expect(events).toEqual([['uncaughtException', error]]);
});

it('throws what reportError throws', async () => {
  const failure = new Error('no window');
  vi.stubGlobal('reportError', () => {
    throw failure;
  });
  const events = await heard(() => report(error));
  expect(events).toEqual([['uncaughtException', failure]]);
});

it('rejects a promise, where a fake replaces queueMicrotask; the fake that runs later does not throw again', async () => {
  const queue = vi.fn<(task: () => void) => void>();
  vi.stubGlobal('reportError', undefined);
  vi.stubGlobal('queueMicrotask', queue);
  const events = await heard(() => report(error));
  expect(events).toEqual([['unhandledRejection', error]]);
  expect(() => queue.mock.calls[0]?.[0]()).not.toThrow();
});

it.each([
  ['is missing', { value: undefined }],
  [
    'throws',
    {
      value: () => {
        throw new Error('mock');
      },
    },
  ],
  [
    'cannot be looked for',
    {
      get() {
        throw new Error('scuttled');
      },
    },
  ],
])('rejects a promise, where queueMicrotask %s', async (_, descriptor) => {
  vi.stubGlobal('reportError', undefined);
  const original = Object.getOwnPropertyDescriptor(globalThis, 'queueMicrotask') as PropertyDescriptor;
  Object.defineProperty(globalThis, 'queueMicrotask', { ...descriptor, configurable: true });
  onTestFinished(() => void Object.defineProperty(globalThis, 'queueMicrotask', original));
  const events = await heard(() => report(error));
  expect(events).toEqual([['unhandledRejection', error]]);
});

it('never throws, even where reportError cannot be looked for', async () => {
  Object.defineProperty(globalThis, 'reportError', {
    get() {
      throw new Error('scuttled');
    },
    configurable: true,
  });
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'reportError'));
  const events = await heard(() => report(error));
  expect(events).toEqual([['uncaughtException', error]]);
});
