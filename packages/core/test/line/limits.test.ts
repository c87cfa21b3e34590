import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bothForms } from '../src/callback.ts';
import { TimeoutError } from '../src/errors.ts';
import { timeoutError } from '../src/limits.ts';
import { readWaitOptions, type WaitOptions } from '../src/options.ts';
import { PromiseWaiter } from '../src/waiter.ts';
import { WaiterQueue } from '../src/waiter-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const longest = 2 ** 31 - 1;

function wait(options: WaitOptions) {
  let isOpen = false;
  const queue = new WaiterQueue({}, () => isOpen);
  const heard: unknown[] = [];
  const hear = (outcome: unknown): void => void heard.push(outcome);
  queue.join(new PromiseWaiter<void>(undefined, hear, hear), readWaitOptions(options), 'Thing.wait');
  const open = (): void => {
    isOpen = true;
    queue.drain();
  };
  return { queue, heard, open };
}

it('a timer ends the wait, with the operation and the time in the message', () => {
  const { heard, queue } = wait({ timeout: 30 });
  vi.advanceTimersByTime(29);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(heard).toEqual([new TimeoutError('Thing.wait timed out after 30 ms')]);
  expect(queue.size).toBe(0);
});

it('a time that no timer can run is waited for in parts', () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const { heard } = wait({ timeout: 2 * longest + 5 });
  for (const part of [longest, longest, 4]) {
    vi.advanceTimersByTime(part);
    expect([heard.length, vi.getTimerCount()]).toEqual([0, 1]);
  }
  vi.advanceTimersByTime(1);
  expect(heard).toEqual([new TimeoutError(`Thing.wait timed out after ${2 * longest + 5} ms`)]);
  expect(set.mock.calls.map(([, ms]) => ms)).toEqual([longest, longest, 5]);
});

it('a fraction of a millisecond is a time, too', () => {
  const { heard } = wait({ timeout: 0.5 });
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(heard).toHaveLength(1);
});

it.each([
  ['a grant', (waiting: ReturnType<typeof wait>) => waiting.open()],
  ['giving up', (waiting: ReturnType<typeof wait>) => waiting.queue.cancelAll('out')],
])('%s takes timer and listener away', (_, end) => {
  const { signal } = new AbortController();
  const waiting = wait({ timeout: 30, signal });
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([1, 1]);
  end(waiting);
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  expect(waiting.heard).toHaveLength(1);
});

it('nothing is set without a timeout and a signal', () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const { queue } = wait({});
  expect([queue.size, set.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
});

it('leaves the signal when the timer cannot be set', () => {
  const { signal } = new AbortController();
  vi.stubGlobal('setTimeout', undefined);
  try {
    expect(() => wait({ timeout: 30, signal })).toThrow(TypeError);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it.each([
  ['a grant', (waiting: ReturnType<typeof wait>) => waiting.open()],
  ['giving up', (waiting: ReturnType<typeof wait>) => waiting.queue.cancelAll('out')],
])('what a foreign signal throws when it is left is reported, and %s counts', (_, end) => {
  const error = new Error('foreign');
  const signal = {
    aborted: false,
    addEventListener() {},
    removeEventListener() {
      throw error;
    },
  };
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const waiting = wait({ signal: signal as never });
  end(waiting);
  vi.unstubAllGlobals();
  expect([waiting.heard.length, waiting.queue.size, reported.mock.calls]).toEqual([1, 0, [[error]]]);
});

it('each error is a new one', () => {
  expect(timeoutError('a', 1)).not.toBe(timeoutError('a', 1));
});

it('a signal alone costs no timer', () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const clear = vi.spyOn(globalThis, 'clearTimeout');
  const { open, heard } = wait({ signal: new AbortController().signal });
  open();
  expect([heard.length, set.mock.calls.length, clear.mock.calls.length]).toEqual([1, 0, 0]);
});

it('the longest time that a timer can run takes one timer', () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const { heard } = wait({ timeout: longest });
  vi.advanceTimersByTime(longest - 1);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(heard).toHaveLength(1);
  expect(set).toHaveBeenCalledOnce();
});

it('who was held back by the one that timed out moves up, and is told, in the call of the timer', () => {
  let free = 1;
  const admit = (request: number): boolean => {
    if (request > free) return false;
    free -= request;
    return true;
  };
  const queue = new WaiterQueue<object, number>({}, admit);
  const told: string[] = [];
  const take = (permits: number, name: string, timeout?: number): void => {
    void bothForms(
      queue,
      () => permits,
      'Thing.take',
      {},
      () => told.push(name),
      { timeout },
    );
  };
  take(2, 'heavy', 30);
  take(1, 'light');
  vi.advanceTimersByTime(29);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['heavy', 'light']);
});
