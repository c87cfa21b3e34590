import { getEventListeners } from 'node:events';
import { Barrier } from '@valvekit/barrier';
import { deliver, type Form, readGiveUpOptions, VALUE, Waiter } from '@valvekit/core/line';
import { collect } from '@valvekit-internal/laws/collect';
import { askedSignal } from '@valvekit-internal/laws/contract/asked-signal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TicketLine, type Wish, wishFor } from '../src/ticket-line.ts';

let log: string[];

beforeEach(() => {
  log = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A callback that logs its name with the ticket, or with the error. */
function note(name: string): (error?: unknown, ticket?: unknown) => void {
  return (error, ticket) => log.push(error === undefined ? `${name} ${String(ticket)}` : `${name}: ${nameOf(error)}`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

describe('the waits that one set() ends', () => {
  it('end in the order of arrival, values, lists and tests mixed', () => {
    const barrier = new Barrier<string>('-');
    barrier.wait((ticket) => ticket === 'a', note('1 test'));
    barrier.wait('a', note('2 value'));
    barrier.wait(/^a$/, note('3 RegExp'));
    barrier.wait(['b', 'a'], note('4 list'));
    barrier.wait('b', note('stays'));
    barrier.wait(() => true, note('5 immediate'));
    barrier.wait((ticket) => ticket === 'a', note('6 test'));
    barrier.wait(['a', 'c'], note('7 list'));
    expect(log.splice(0)).toEqual(['5 immediate -']);
    barrier.set('a');
    expect(log).toEqual(['1 test a', '2 value a', '3 RegExp a', '4 list a', '6 test a', '7 list a']);
    expect(barrier.waiting).toBe(1);
  });

  it('end in the order of arrival in promise form, too', async () => {
    const barrier = new Barrier<string>('-');
    const waits = [
      barrier.wait(/a/).then(() => log.push('1')),
      barrier.wait('a').then(() => log.push('2')),
      barrier.wait(['a']).then(() => log.push('3')),
    ];
    barrier.set('a');
    await Promise.all(waits);
    expect(log).toEqual(['1', '2', '3']);
  });

  it('are all that match, and no others', () => {
    const barrier = new Barrier<number>(-1);
    for (let i = 0; i < 10; i++) barrier.wait(i % 2, note(`${i}`));
    barrier.set(1);
    expect(log).toEqual(['1 1', '3 1', '5 1', '7 1', '9 1']);
    expect(barrier.waiting).toBe(5);
    barrier.set(0);
    expect(log.slice(5)).toEqual(['0 0', '2 0', '4 0', '6 0', '8 0']);
    expect(barrier.waiting).toBe(0);
  });

  it('are gone from all values that they waited for', () => {
    const barrier = new Barrier<string>('-');
    barrier.wait(['a', 'b', 'c'], note('list'));
    barrier.wait('c', note('value'));
    barrier.set('b');
    expect(barrier.waiting).toBe(1);
    barrier.set('a');
    barrier.set('c');
    expect(log).toEqual(['list b', 'value c']);
  });

  it('are found by value: setting other values costs what it costs without waiters', { timeout: 60_000 }, () => {
    const count = 30_000;
    const timeOfSets = (barrier: Barrier<number>): number => {
      const before = performance.now();
      for (let i = 0; i < count; i++) barrier.set(-i - 1);
      return performance.now() - before;
    };
    const barrier = new Barrier<number>(-1);
    for (let i = 0; i < count; i++) void barrier.wait([i, count + i]);
    const floor = Math.max(timeOfSets(new Barrier<number>(-1)), 5);
    // Asking each waiter at each set takes a thousand times as long.
    expect(timeOfSets(barrier) / floor).toBeLessThan(50);
    expect(barrier.waiting).toBe(count);
  });

  it('leave no trace of the values that they waited for', async () => {
    const barrier = new Barrier<unknown>(undefined);
    const wait = barrier.wait.bind(barrier) as (condition: object[], callback: () => void) => void;
    const weakly = (): WeakRef<object>[] => {
      const [first, second] = [{}, {}];
      wait([first, second], () => {});
      barrier.set(first);
      wait([second], () => {});
      barrier.cancel();
      barrier.set({});
      return [new WeakRef(first), new WeakRef(second)];
    };
    const values = weakly();
    await collect(values);
    expect(values.map((value) => value.deref())).toEqual([undefined, undefined]);
  });

  it('may be a million', { timeout: 60_000 }, () => {
    const barrier = new Barrier<string>('-');
    let gone = 0;
    const count = (): void => {
      gone++;
    };
    for (let i = 0; i < 1_000_000; i++) barrier.wait('a', count);
    expect(barrier.waiting).toBe(1_000_000);
    barrier.set('a');
    expect(gone).toBe(1_000_000);
    expect(barrier.waiting).toBe(0);
  });
});

describe('a condition function', () => {
  it('is called once by wait() and once by each set(), until it returns true', () => {
    const barrier = new Barrier<number>(0);
    const condition = vi.fn((ticket: number) => ticket === 3);
    barrier.wait(condition, note('A'));
    for (const ticket of [1, 2, 3, 3, 4]) barrier.set(ticket);
    expect(condition.mock.calls).toEqual([[0], [1], [2], [3]]);
    expect(log).toEqual(['A 3']);
  });

  it('is called once if it returns true in wait()', () => {
    const condition = vi.fn(() => true);
    new Barrier<number>(0).wait(condition, note('A'));
    expect(condition).toHaveBeenCalledTimes(1);
  });

  it('is asked again when the same ticket is set again', () => {
    const barrier = new Barrier<number>(0);
    let answer = false;
    barrier.wait(() => answer, note('A'));
    answer = true;
    barrier.set(0);
    expect(log).toEqual(['A 0']);
  });

  it('is not called after its wait has been given up', () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    const condition = vi.fn(() => false);
    barrier.wait(condition, () => {}, 10);
    barrier.wait(condition, () => {}, { signal: controller.signal });
    barrier.wait(condition, () => {});
    condition.mockClear();
    vi.advanceTimersByTime(10);
    controller.abort();
    barrier.set(1);
    expect(condition).toHaveBeenCalledTimes(1);
    barrier.cancel();
    barrier.set(2);
    expect(condition).toHaveBeenCalledTimes(1);
  });

  it('is not called if the signal has aborted', async () => {
    const condition = vi.fn(() => true);
    const barrier = new Barrier<number>(0);
    await expect(barrier.wait(condition, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => barrier.set(1));
    condition.mockReturnValueOnce(false);
    barrier.wait(condition, note('A'), { signal: controller.signal });
    expect(condition).toHaveBeenCalledTimes(1);
    controller.abort();
    expect(condition).toHaveBeenCalledTimes(1);
    expect(log).toEqual(['A: AbortError']);
  });

  it('is called with what get() returns', () => {
    const barrier = new Barrier<number>(0);
    const seen: boolean[] = [];
    barrier.wait(
      (ticket) => {
        seen.push(barrier.get() === ticket);
        return false;
      },
      () => {},
    );
    barrier.set(1);
    barrier.set(2);
    expect(seen).toEqual([true, true, true]);
  });
});

describe('a condition function that throws', () => {
  const error = new Error('mine');
  const fails = (): never => {
    throw error;
  };
  const failsAt = (bad: number) => (ticket: number) => {
    if (ticket === bad) throw error;
    return false;
  };

  it('in wait() ends its wait with that error, in either form', async () => {
    const barrier = new Barrier<number>(0);
    const callback = vi.fn();
    barrier.wait(fails, callback);
    expect(callback.mock.calls).toEqual([[error]]);
    await expect(barrier.wait(fails)).rejects.toBe(error);
    expect(barrier.waiting).toBe(0);
  });

  it('in set() ends its own wait only, in its turn, and not set()', async () => {
    const barrier = new Barrier<number>(0);
    const callback = vi.fn((reason?: unknown) => log.push(reason === error ? 'error' : 'ticket'));
    barrier.wait(1, note('A'));
    barrier.wait(failsAt(1), callback);
    const wait = expect(barrier.wait(failsAt(1))).rejects.toBe(error);
    barrier.wait(1, note('B'));
    barrier.wait((ticket) => ticket === 1, note('C'));
    barrier.set(1);
    expect(log).toEqual(['A 1', 'error', 'B 1', 'C 1']);
    expect(callback.mock.calls).toEqual([[error]]);
    expect(barrier.get()).toBe(1);
    expect(barrier.waiting).toBe(0);
    await wait;
  });

  it('ends its wait with its error, even if a test behind it aborts its signal', () => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    barrier.wait(failsAt(1), note('A'), { signal: controller.signal });
    barrier.wait((ticket) => {
      if (ticket === 1) controller.abort();
      return false;
    }, note('B'));
    barrier.set(1);
    expect(log).toEqual(['A: Error']);
  });

  it('leaves no timer and no listener behind', () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    const { signal } = new AbortController();
    barrier.wait(failsAt(1), note('A'), { timeout: 10, signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    barrier.set(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(log).toEqual(['A: Error']);
  });

  it('something falsy ends a callback form with an AbortError of that cause, and rejects a promise as it is', async () => {
    const barrier = new Barrier<number>(0);
    const throwsNull = (): never => {
      throw null;
    };
    const callback = vi.fn();
    barrier.wait(throwsNull, callback);
    expect(callback.mock.calls[0]?.[0]).toMatchObject({ name: 'AbortError', cause: null });
    await expect(barrier.wait(throwsNull)).rejects.toBe(null);
  });
});

describe('a condition function that acts on its barrier', () => {
  it('by setting the ticket in wait() does not wait for a ticket that is set', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait((ticket) => {
      if (ticket === 0) barrier.set(1);
      return ticket === 1;
    }, note('A'));
    expect(log).toEqual(['A 1']);
    expect(barrier.waiting).toBe(0);
  });

  it('by setting the same ticket in wait() waits', () => {
    const barrier = new Barrier<number>(Number.NaN);
    const condition = vi.fn(() => {
      if (condition.mock.calls.length < 5) barrier.set(Number.NaN);
      return false;
    });
    barrier.wait(condition, note('A'));
    expect(condition).toHaveBeenCalledTimes(1);
    expect(barrier.waiting).toBe(1);
  });

  it('by setting the ticket in set() ends the waits for both, each with its own ticket', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('one'));
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.set(2);
      return false;
    }, note('setter'));
    barrier.wait(2, note('two'));
    barrier.wait((ticket) => ticket === 1, note('test of one'));
    barrier.wait((ticket) => ticket === 2, note('test of two'));
    barrier.set(1);
    expect([...log].sort()).toEqual(['one 1', 'test of one 1', 'test of two 2', 'two 2']);
    expect(barrier.get()).toBe(2);
    expect(barrier.waiting).toBe(1);
  });

  it('by setting a ticket that it matches ends its wait once', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.set(2);
      return ticket > 0;
    }, note('A'));
    barrier.set(1);
    expect(log).toEqual(['A 2']);
    expect(barrier.waiting).toBe(0);
  });

  it('by waiting again disturbs no set()', () => {
    const barrier = new Barrier<number>(0);
    const inner = vi.fn(() => false);
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.wait(inner, note('inner'));
      return ticket === 1;
    }, note('A'));
    barrier.wait(1, note('B'));
    barrier.set(1);
    expect(log).toEqual(['A 1', 'B 1']);
    expect(inner).toHaveBeenCalledTimes(1); // By wait(), and not by the set() that runs.
    expect(barrier.waiting).toBe(1);
  });

  it('by waiting for the ticket that is being set has that wait end immediately', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.wait(1, note('inner'));
      return false;
    }, note('A'));
    barrier.set(1);
    expect(log).toEqual(['inner 1']);
  });

  it('by cancelling ends the waits that set() has not ended yet', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('value'));
    barrier.wait((ticket) => ticket === 1, note('earlier test'));
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.cancel();
      return ticket === 1;
    }, note('canceller'));
    barrier.wait((ticket) => ticket === 1, note('later test'));
    barrier.wait(2, note('other value'));
    barrier.set(1);
    expect([...log].sort()).toEqual([
      'canceller: AbortError',
      'earlier test 1',
      'later test: AbortError',
      'other value: AbortError',
      'value 1',
    ]);
    expect(barrier.waiting).toBe(0);
  });

  it('by aborting its own signal ends its wait, whatever it returns', async () => {
    for (const answer of [true, false]) {
      log = [];
      const barrier = new Barrier<number>(0);
      const first = new AbortController();
      barrier.wait(
        () => {
          first.abort();
          return answer;
        },
        note('in wait()'),
        { signal: first.signal },
      );
      const later = new AbortController();
      barrier.wait(
        (ticket) => {
          if (ticket === 1) later.abort();
          return ticket === 1 && answer;
        },
        note('in set()'),
        { signal: later.signal },
      );
      barrier.set(1);
      expect(log).toEqual(['in wait(): AbortError', 'in set(): AbortError']);
      expect(barrier.waiting).toBe(0);
      expect(getEventListeners(later.signal, 'abort')).toHaveLength(0);
    }
  });

  it('by aborting its own signal ends its wait even if our listener never runs', () => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    barrier.wait(
      (ticket) => {
        if (ticket === 1) controller.abort();
        return ticket === 1;
      },
      note('A'),
      { signal: controller.signal },
    );
    barrier.set(1);
    expect(log).toEqual(['A: AbortError']);
    expect(barrier.waiting).toBe(0);
  });

  it('by aborting the signal of a test behind it ends the wait of that one', () => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    const condition = vi.fn((ticket: number) => ticket === 1);
    barrier.wait((ticket) => {
      if (ticket === 1) controller.abort();
      return ticket === 1;
    }, note('A'));
    barrier.wait(condition, note('B'), { signal: controller.signal });
    barrier.set(1);
    expect([...log].sort()).toEqual(['A 1', 'B: AbortError']);
    expect(condition).toHaveBeenCalledTimes(1); // By wait().
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe('a wait with limits', () => {
  it('has one listener for each signal, and none once it has ended', () => {
    const barrier = new Barrier<number>(0);
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    barrier.wait(0, note('immediate'), { signal });
    expect(listeners()).toBe(0);
    for (let i = 0; i < 20; i++) barrier.wait([1, 2], () => {}, { signal });
    barrier.wait((ticket) => ticket === 3, note('test'), { signal });
    expect(listeners()).toBe(1);
    barrier.set(2);
    expect(listeners()).toBe(1);
    barrier.set(3);
    expect(listeners()).toBe(0);
    barrier.wait(4, note('cancelled'), { signal });
    barrier.cancel();
    expect(listeners()).toBe(0);
  });

  it('ends when its signal aborts, in the order of arrival, and no other does', () => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    const { signal } = controller;
    barrier.wait(1, note('A'), { signal });
    barrier.wait((ticket) => ticket === 1, note('B'), { signal });
    barrier.wait([2, 1], note('C'), { signal });
    barrier.wait(1, note('D'));
    controller.abort();
    expect(log).toEqual(['A: AbortError', 'B: AbortError', 'C: AbortError']);
    expect(barrier.waiting).toBe(1);
    barrier.set(1);
    expect(log.slice(3)).toEqual(['D 1']);
  });

  it.each([
    ['a value', 1],
    ['a test', (ticket: number) => ticket === 1],
  ])('for %s counts as aborted even before its listener has run', (_, condition) => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => barrier.set(1));
    barrier.wait(condition, note('A'), { signal: controller.signal });
    barrier.wait(1, note('B'));
    controller.abort();
    expect(log).toEqual(['A: AbortError', 'B 1']);
    expect(barrier.waiting).toBe(0);
  });

  it.each([
    ['a value', 1],
    ['a list', [2, 1]],
    ['a test', (ticket: number) => ticket === 1],
  ])('for %s ends by the first of a set() and an abort in one turn', (_, condition) => {
    for (const first of ['set', 'abort']) {
      log = [];
      const barrier = new Barrier<number>(0);
      const controller = new AbortController();
      barrier.wait(condition, note('A'), { signal: controller.signal });
      const steps = [() => barrier.set(1), () => controller.abort()];
      if (first === 'abort') steps.reverse();
      for (const step of steps) step();
      expect(log).toEqual([first === 'set' ? 'A 1' : 'A: AbortError']);
      expect(barrier.waiting).toBe(0);
    }
  });

  it('times out with a message, and does not end again', async () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('A'), 50);
    barrier.wait((ticket) => ticket === 1, note('B'), { timeout: 50 });
    const wait = expect(barrier.wait([1], { timeout: 50 })).rejects.toThrow('Barrier: wait() timed out after 50 ms');
    vi.advanceTimersByTime(49);
    expect(barrier.waiting).toBe(3);
    vi.advanceTimersByTime(1);
    expect(barrier.waiting).toBe(0);
    barrier.set(1);
    expect(log).toEqual(['A: TimeoutError', 'B: TimeoutError']);
    await wait;
  });

  it('can end a millisecond before its timeout, and leaves no timer', () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('A'), 50);
    vi.advanceTimersByTime(49);
    barrier.set(1);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(log).toEqual(['A 1']);
  });

  it.each([[0], [-1], [Number.NEGATIVE_INFINITY]])(
    'of %d ms ends immediately, with or without a match',
    async (timeout) => {
      vi.useFakeTimers();
      const barrier = new Barrier<number>(0);
      barrier.wait(0, note('match'), timeout);
      barrier.wait(1, note('none'), timeout);
      expect(log).toEqual(['match 0', 'none: TimeoutError']);
      expect(await barrier.wait(() => true, { timeout })).toBe(0);
      await expect(barrier.wait(1, { timeout })).rejects.toThrow(`Barrier: wait() timed out after ${timeout} ms`);
      expect(barrier.waiting).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('waits forever with Infinity, and sets no timer', () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('A'), Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    expect(barrier.waiting).toBe(1);
  });

  it('has no priority, and ignores one', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('A'), { priority: -1 } as object);
    barrier.wait(1, note('B'), { priority: 5 } as object);
    barrier.wait(1, note('C'), { priority: 'none' } as object);
    barrier.set(1);
    expect(log).toEqual(['A 1', 'B 1', 'C 1']);
  });
});

describe('cancel', () => {
  it('ends every wait, in the order of arrival, values and tests mixed', () => {
    const barrier = new Barrier<string>('-');
    barrier.wait((ticket) => ticket === 'a', note('1'));
    barrier.wait('b', note('2'));
    barrier.wait(['c', 'a'], note('3'));
    barrier.wait(/x/, note('4'));
    barrier.wait('a', note('5'));
    barrier.cancel();
    expect(log).toEqual([1, 2, 3, 4, 5].map((name) => `${name}: AbortError`));
    expect(barrier.waiting).toBe(0);
    barrier.set('a');
    expect(log).toHaveLength(5);
  });

  it('passes its reason on, or an AbortError that names cancel()', async () => {
    const barrier = new Barrier<number>(0);
    const reason = { mine: true };
    const first = expect(barrier.wait(1)).rejects.toBe(reason);
    barrier.cancel(reason);
    await first;
    const second = expect(barrier.wait(1)).rejects.toThrow('Barrier: cancel() ended the wait');
    barrier.cancel();
    await second;
  });

  it('keeps the ticket, and does not end a wait that begins in a callback', () => {
    const barrier = new Barrier<number>(7);
    barrier.wait(1, () => barrier.wait(1, note('again')));
    barrier.cancel();
    expect(barrier.get()).toBe(7);
    expect(barrier.waiting).toBe(1);
    barrier.set(1);
    expect(log).toEqual(['again 1']);
  });

  it('ends each wait once, even if a foreign signal cancels when a waiter leaves it', () => {
    const barrier = new Barrier<number>(0);
    const signal = { aborted: false, addEventListener() {}, removeEventListener: () => barrier.cancel('inner') };
    barrier.wait(1, note('A'), { signal: signal as never });
    barrier.wait(1, note('B'));
    barrier.wait((ticket) => ticket === 1, note('C'));
    barrier.cancel('outer');
    expect(log.sort()).toEqual(['A: outer', 'B: inner', 'C: inner']);
    expect(barrier.waiting).toBe(0);
  });

  it.each([
    ['a value', 1],
    ['a test', (ticket: number) => ticket === 1],
  ])('misses no ticket that is set while a wait for %s begins to listen', (_, condition) => {
    const barrier = new Barrier<number>(0);
    const signal = { aborted: false, addEventListener: () => barrier.set(1), removeEventListener() {} };
    barrier.wait(condition, note('A'), { signal: signal as never });
    expect(log).toEqual(['A 1']);
    expect(barrier.waiting).toBe(0);
  });

  it('refuses a wait whose signal aborts while it begins to listen', () => {
    const barrier = new Barrier<number>(0);
    const abort = (): void => void Object.assign(signal, { aborted: true, reason: 'no' });
    const signal = { aborted: false, addEventListener: abort, removeEventListener() {} };
    barrier.wait(1, note('A'), { signal: signal as never });
    expect(log).toEqual(['A: no']);
    expect(barrier.waiting).toBe(0);
  });

  it('leaves a barrier without waiters as it was', () => {
    const barrier = new Barrier<number>(7);
    barrier.cancel();
    barrier.wait(7, note('A'));
    expect(log).toEqual(['A 7']);
  });

  it('clears timers', () => {
    vi.useFakeTimers();
    const barrier = new Barrier<number>(0);
    barrier.wait([1, 2], note('A'), 10);
    barrier.wait(() => false, note('B'), 10);
    barrier.cancel();
    expect(vi.getTimerCount()).toBe(0);
    expect(log).toEqual(['A: AbortError', 'B: AbortError']);
  });
});

describe('a condition function that ends other waits in the middle of a set()', () => {
  it('calls back when all is decided, in the order of the decisions', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('value'));
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.cancel('cancelled');
      return false;
    }, note('test'));
    barrier.wait((ticket) => {
      if (ticket === 1) log.push('asked last');
      return false;
    }, note('last'));
    barrier.set(1);
    expect(log.slice(0, 1)).toEqual(['test: cancelled']);
    expect([...log].sort()).toEqual(['last: cancelled', 'test: cancelled', 'value 1']);
  });

  it('calls nothing back for a nested set() before the outer one is decided', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(2, note('two'));
    barrier.wait((ticket) => {
      if (ticket === 1) barrier.set(2);
      return false;
    }, note('never'));
    barrier.wait((ticket) => {
      log.push(`asked ${ticket}`);
      return ticket === 1;
    }, note('one'));
    log.length = 0;
    barrier.set(1);
    expect(log).toEqual(['asked 2', 'asked 1', 'two 2', 'one 1']);
    expect(barrier.get()).toBe(2);
    barrier.cancel();
  });
});

it('ends no wait again that a ticket has ended', () => {
  const line = new TicketLine<string>(new Barrier(), '-');
  const verb = { name: 'wait', rank: 0, isBare: false };
  const waiter = new Waiter(line, wishFor(['a']), verb, VALUE as Form<Wish<string>, string>);
  const [resolve, reject] = [vi.fn(), vi.fn()];
  Object.assign(waiter, { resolve, reject });
  line.join(waiter, readGiveUpOptions(undefined));
  line.set('a');
  line.giveUp(waiter, 'too late');
  deliver();
  expect([resolve.mock.calls, reject.mock.calls, line.size]).toEqual([[['a']], [], 0]);
});

describe('a foreign signal that notices its deadline when it is asked', () => {
  it.each<[string, (barrier: Barrier<number>) => void]>([
    ['set()', (barrier) => barrier.set(1)],
    ['cancel()', (barrier) => barrier.cancel()],
  ])('ends a wait once, in %s', (_, end) => {
    const barrier = new Barrier<number>(0);
    const asked = askedSignal();
    barrier.wait(1, note('value'), { signal: asked.signal });
    asked.onAsk = () => asked.abort('deadline');
    end(barrier);
    expect([log, barrier.waiting]).toEqual([['value: deadline'], 0]);
  });

  it('ends a wait once, if the deadline passes inside its test', () => {
    const barrier = new Barrier<number>(0);
    const asked = askedSignal();
    const pass = (): boolean => {
      asked.onAsk = () => asked.abort('deadline');
      return true;
    };
    barrier.wait((ticket) => ticket === 1 && pass(), note('test'), { signal: asked.signal });
    barrier.set(1);
    expect([log, barrier.waiting]).toEqual([['test: deadline'], 0]);
  });
});
