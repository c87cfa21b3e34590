import { getEventListeners } from 'node:events';
import { TimeoutError, type WaitOptions } from '@valvekit/core';
import { bothForms, PromiseWaiter, readWaitOptions } from '@valvekit/core/line';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits } from '../permits.ts';

const longest = 2 ** 31 - 1;
const reported = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  reported.mockReset();
  vi.useFakeTimers();
  vi.stubGlobal('reportError', reported);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Waits in a line, and logs how the wait ends. */
function wait(options: WaitOptions) {
  const permits = new Permits(0);
  const log: unknown[] = [];
  const settle = (outcome: unknown): void => void log.push(outcome);
  const waiter = new PromiseWaiter(permits.line, 1, ENTER, { resolve: settle, reject: settle });
  permits.line.join(waiter, readWaitOptions(options));
  return { log, line: permits.line, open: () => permits.line.giveBack(1) };
}

const endings: [string, (waiting: ReturnType<typeof wait>) => void][] = [
  ['a grant', ({ open }) => open()],
  ['giving up', ({ line }) => line.cancelAll('out')],
];

describe('a timer', () => {
  it('ends the wait, with the lock, the operation and the time in the message', () => {
    const { log, line } = wait({ timeout: 30 });
    vi.advanceTimersByTime(29);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toEqual([new TimeoutError('Permits: enter() timed out after 30 ms')]);
    expect(line.size).toBe(0);
  });

  it('runs in parts if the time is longer than a timer can run', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const { log } = wait({ timeout: 2 * longest + 5 });
    for (const part of [longest, longest, 4]) {
      vi.advanceTimersByTime(part);
      expect([log.length, vi.getTimerCount()]).toEqual([0, 1]);
    }
    vi.advanceTimersByTime(1);
    expect(log).toEqual([new TimeoutError(`Permits: enter() timed out after ${2 * longest + 5} ms`)]);
    expect(set.mock.calls.map(([, ms]) => ms)).toEqual([longest, longest, 5]);
  });

  it('runs once for the longest time that a timer can run', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const { log } = wait({ timeout: longest });
    vi.advanceTimersByTime(longest - 1);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toHaveLength(1);
    expect(set).toHaveBeenCalledOnce();
  });

  it('runs for a fraction of a millisecond, too', () => {
    const { log } = wait({ timeout: 0.5 });
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toHaveLength(1);
  });

  it('admits the waiters that the timed-out one blocked, and runs their callbacks', () => {
    const permits = new Permits(1);
    const log: string[] = [];
    const take = (count: number, name: string, timeout?: number): void => {
      void bothForms(permits.line, ENTER, undefined, permits, () => log.push(name), { permits: count, timeout });
    };
    take(2, 'heavy', 30);
    take(1, 'light');
    vi.advanceTimersByTime(29);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(['heavy', 'light']);
  });

  it.each(endings)('that could not be cleared after %s is reported, and does nothing when it fires', (_, end) => {
    const timers: (() => void)[] = [];
    const failure = new Error('cannot clear');
    vi.stubGlobal('setTimeout', (fire: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) =>
      timers.push(() => fire(...args)),
    );
    vi.stubGlobal('clearTimeout', vi.fn().mockThrow(failure));
    const waiting = wait({ timeout: 30 });
    end(waiting);
    for (const fire of timers) fire();
    expect([waiting.log.length, waiting.line.size, timers.length]).toEqual([1, 0, 1]);
    expect(reported.mock.calls).toEqual([[failure]]);
  });
});

describe('limits', () => {
  it.each(endings)('are lifted by %s', (_, end) => {
    const { signal } = new AbortController();
    const waiting = wait({ timeout: 30, signal });
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([1, 1]);
    end(waiting);
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
    expect(waiting.log).toHaveLength(1);
  });

  it('lift the other one when one of them ends the wait', () => {
    const controller = new AbortController();
    const [aborted, timedOut] = [wait({ timeout: 30, signal: controller.signal }), wait({ timeout: 30 })];
    controller.abort('stop');
    expect([aborted.log, vi.getTimerCount()]).toEqual([['stop'], 1]);
    const { signal } = new AbortController();
    const both = wait({ timeout: 20, signal });
    vi.advanceTimersByTime(30);
    expect([both.log.length, timedOut.log.length, getEventListeners(signal, 'abort').length]).toEqual([1, 1, 0]);
  });

  it('set nothing without a timeout and a signal', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const { line } = wait({});
    expect([line.size, set.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it('set no timer for a signal alone', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    const { open, log } = wait({ signal: new AbortController().signal });
    open();
    expect([log.length, set.mock.calls.length, clear.mock.calls.length]).toEqual([1, 0, 0]);
  });

  it('leave the signal when the timer cannot be set', () => {
    const { signal } = new AbortController();
    vi.stubGlobal('setTimeout', undefined);
    expect(() => wait({ timeout: 30, signal })).toThrow(TypeError);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('set no timer when the signal cannot be listened to', () => {
    const addEventListener = vi.fn().mockThrow(new Error('no listeners'));
    const signal = foreignSignal({ addEventListener, removeEventListener: vi.fn() });
    expect(() => wait({ timeout: 30, signal })).toThrow('no listeners');
    expect([vi.getTimerCount(), signal.removeEventListener.mock.calls.length]).toEqual([0, 0]);
  });

  it.each(endings)('report what a foreign signal throws when it is left, and %s counts', (_, end) => {
    const failure = new Error('foreign');
    const removeEventListener = vi.fn().mockThrow(failure);
    const waiting = wait({ signal: foreignSignal({ removeEventListener }) });
    end(waiting);
    expect([waiting.log.length, waiting.line.size, reported.mock.calls]).toEqual([1, 0, [[failure]]]);
  });
});
