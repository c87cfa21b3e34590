import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { AbortError, type PermitOptions, TimeoutError } from '@valvekit/core';
import { sandbox } from '@valvekit/core/line';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits, SANDBOX } from '../permits.ts';

const longest = 2 ** 31 - 1;
const reported = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  reported.mockReset();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('reportError', reported);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Waits in a line, and logs with what the wait ends. */
function wait(options?: PermitOptions) {
  const permits = new Permits(0);
  const log: unknown[] = [];
  const waiter = permits.wait((...args) => log.push(...(args.length === 0 ? ['granted'] : args)), options);
  return { log, waiter, permits, line: permits.line };
}

type Waiting = ReturnType<typeof wait>;

const endings: [string, (waiting: Waiting) => void][] = [
  ['a grant', ({ line }) => line.giveBack(1)],
  ['giving up', ({ line }) => line.cancelAll('out')],
];

/** The controller of a signal whose abort never reaches our listener. */
function silent(): AbortController {
  const controller = new AbortController();
  controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
  return controller;
}

describe('a waiter', () => {
  it('knows its line, its request and its verb', () => {
    const { waiter, line } = wait({ permits: 7 });
    expect(waiter).toMatchObject({ line, request: 7, verb: ENTER });
  });

  it('is told once, whatever follows', () => {
    const [granted, refused] = [wait(), wait()];
    granted.line.giveBack(1);
    granted.permits.end(granted.waiter, 'too late');
    refused.permits.end(refused.waiter, 'first');
    refused.permits.end(refused.waiter, 'second');
    refused.line.giveBack(1);
    expect([granted.log, refused.log]).toEqual([['granted'], ['first']]);
  });

  it('that throws is reported, and the others are told', () => {
    const permits = new Permits(0);
    const [error, next] = [new Error('mine'), vi.fn()];
    permits.ask(vi.fn().mockThrow(error));
    permits.ask(next);
    expect(() => permits.line.giveBack(2)).not.toThrow();
    expect([reported.mock.calls, next.mock.calls.length]).toEqual([[[error]], 1]);
  });
});

describe('a waiter whose signal has aborted', () => {
  it('gets the reason of the signal, whatever ends its wait', () => {
    const controller = silent();
    const { log, line } = wait({ signal: controller.signal });
    controller.abort('signal');
    expect(line.size).toBe(1);
    line.cancelAll('cancel');
    expect(log).toEqual(['signal']);
  });

  it('gets an AbortError if the signal has no reason', () => {
    const signal = foreignSignal();
    const { log, line, permits } = wait({ signal });
    abortSilently(signal);
    line.giveBack(1);
    expect(log).toEqual([new AbortError('The signal has aborted')]);
    expect(permits.free).toBe(1);
  });

  it('gets what was granted before the abort, even if it has not been told yet', () => {
    const controller = new AbortController();
    const { log, line, permits } = wait({ signal: controller.signal });
    permits.free = 1;
    line.drain();
    controller.abort('too late');
    line.moveUp();
    expect(log).toEqual(['granted']);
  });
});

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

  it('that runs in parts is cleared when the wait ends', () => {
    const { log, line } = wait({ timeout: 2 * longest });
    vi.advanceTimersByTime(longest);
    line.giveBack(1);
    expect([log, vi.getTimerCount()]).toEqual([['granted'], 0]);
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
    permits.ask(() => log.push('heavy'), { permits: 2, timeout: 30 });
    permits.ask(() => log.push('light'));
    vi.advanceTimersByTime(29);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(['heavy', 'light']);
  });

  const uncleared = endings.flatMap(([name, end]) => [30, longest + 10].map((timeout) => ({ name, end, timeout })));

  it.each(uncleared)(
    'of $timeout ms that could not be cleared after $name is reported, and does nothing when it fires',
    ({ end, timeout }) => {
      const timers: (() => void)[] = [];
      const failure = new Error('cannot clear');
      vi.stubGlobal('setTimeout', (fire: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) =>
        timers.push(() => fire(...args)),
      );
      vi.stubGlobal('clearTimeout', vi.fn().mockThrow(failure));
      const waiting = wait({ timeout });
      end(waiting);
      for (const fire of timers) fire();
      expect([waiting.log.length, waiting.line.size, timers.length]).toEqual([1, 0, 1]);
      expect(reported.mock.calls).toEqual([[failure]]);
    },
  );

  it('ends the wait even if setTimeout, as some replace it, returns nothing to clear it by', () => {
    let fire = (): void => {};
    vi.stubGlobal('setTimeout', (timeUp: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) => {
      fire = () => timeUp(...args);
    });
    const { log, line } = wait({ timeout: 30 });
    fire();
    expect([log, line.size]).toEqual([[new TimeoutError('Permits: enter() timed out after 30 ms')], 0]);
  });

  it('that could not be cleared does nothing when it fires before the callback of its waiter has run', () => {
    let fire = (): void => {};
    vi.stubGlobal('setTimeout', (timeUp: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) => {
      fire = () => timeUp(...args);
      return 7;
    });
    vi.stubGlobal('clearTimeout', () => {});
    const { log, line, permits } = wait({ timeout: 30 });
    permits.ask(() => log.push('next'));
    permits.free = 2;
    line.drain();
    fire();
    line.moveUp();
    expect([log, line.size, permits.free]).toEqual([['granted', 'next'], 0, 0]);
  });
});

describe('the limits of a waiter', () => {
  it.each(endings)('are lifted by %s', (_, end) => {
    const { signal } = new AbortController();
    const waiting = wait({ timeout: 30, signal });
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([1, 1]);
    end(waiting);
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
    expect(waiting.log).toHaveLength(1);
  });

  it('are both lifted when one of them ends the wait', () => {
    const controller = new AbortController();
    const aborted = wait({ timeout: 30, signal: controller.signal });
    controller.abort('stop');
    expect([aborted.log, vi.getTimerCount()]).toEqual([['stop'], 0]);
    const { signal } = new AbortController();
    const timedOut = wait({ timeout: 20, signal });
    vi.advanceTimersByTime(20);
    expect([timedOut.log.length, getEventListeners(signal, 'abort').length]).toEqual([1, 0]);
  });

  it('are no timer and no listener without a timeout and a signal', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const { line } = wait({});
    expect([line.size, set.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it('are no timer for a signal alone', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    const { line, log } = wait({ signal: new AbortController().signal });
    line.giveBack(1);
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

  it.each(endings)('are reported if a foreign signal throws when it is left, and %s counts', (_, end) => {
    const failure = new Error('foreign');
    const removeEventListener = vi.fn().mockThrow(failure);
    const waiting = wait({ signal: foreignSignal({ removeEventListener }) });
    end(waiting);
    expect([waiting.log.length, waiting.line.size, reported.mock.calls]).toEqual([1, 0, [[failure]]]);
  });
});

/** Counts contexts as they are opened and closed. */
class Contexts {
  readonly #opened: Set<number> = new Set();
  readonly #closed: Set<number> = new Set();
  readonly #hook = createHook({
    init: (id, type) => void (type === 'valvekit' && this.#opened.add(id)),
    destroy: (id) => void this.#closed.add(id),
  });

  constructor() {
    // The first waiter of a program looks for contexts.
    const { line } = wait();
    line.cancelAll('probed');
    this.#hook.enable();
  }

  get opened(): number {
    return this.#opened.size;
  }

  /** How many are open. Their closing is seen a task later. */
  async left(): Promise<number> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#hook.disable();
    return [...this.#opened].filter((id) => !this.#closed.has(id)).length;
  }
}

describe('the async context of a waiter', () => {
  it('is the one in which it joined', () => {
    const storage = new AsyncLocalStorage<string>();
    const permits = new Permits(0);
    const seen: unknown[] = [];
    storage.run('joins', () => permits.ask(() => seen.push(storage.getStore())));
    permits.ask(() => seen.push(storage.getStore()));
    storage.run('releases', () => permits.line.giveBack(2));
    expect(seen).toEqual(['joins', undefined]);
  });

  it('is not opened if it cannot join', async () => {
    const contexts = new Contexts();
    const signal = foreignSignal({ addEventListener: vi.fn().mockThrow(new Error('no listeners')) });
    expect(() => wait({ signal })).toThrow('no listeners');
    expect([contexts.opened, await contexts.left()]).toEqual([0, 0]);
  });

  const error = new Error('mine');
  const ends: [string, (permits: Permits, controller: AbortController) => void][] = [
    ['it has been granted and has run', (permits) => permits.line.giveBack(1)],
    ['it has timed out', () => vi.advanceTimersByTime(50)],
    ['its signal has aborted', (_, controller) => controller.abort(error)],
    ['it has been cancelled', (permits) => permits.line.cancelAll(error)],
  ];
  const functions: (() => unknown)[] = [() => {}, () => Promise.resolve(), vi.fn().mockThrow(error)];
  const forms: [string, (permits: Permits, fn: () => unknown, options: PermitOptions) => unknown][] = [
    ['callback', (permits, fn, options) => permits.ask(fn, options)],
    ['sandbox', (permits, fn, options) => sandbox(permits.line, SANDBOX, permits, fn, options).catch(() => {})],
  ];

  describe.each(forms)('with a %s', (_, ask) => {
    it.each(ends)('is closed once %s', async (_end, end) => {
      const contexts = new Contexts();
      for (const fn of functions) {
        const permits = new Permits(0);
        const controller = new AbortController();
        ask(permits, fn, { timeout: 50, signal: controller.signal });
        end(permits, controller);
        expect(permits.line.size).toBe(0);
      }
      expect([contexts.opened, await contexts.left()]).toEqual([functions.length, 0]);
    });
  });
});
