import { TimeoutError, type WaitOptions } from '@valvekit/core';
import { admit, deliver, giveBack, type Queued, readWaitOptions, WaiterQueue, waitersOf } from '@valvekit/core/line';
import { askedSignal } from '@valvekit-internal/laws/contract/asked-signal';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits, type PermitVerb, RANKED, TAKE } from '../permits.ts';

let log: string[];

beforeEach(() => {
  log = [];
});

const terms = (options?: WaitOptions) => readWaitOptions(options);

/** A callback that logs its name, with the error if there is one. */
function note(name: string): (error?: unknown) => void {
  return (error) => log.push(error === undefined ? name : `${name}: ${error as string}`);
}

/** Asks for permits, and logs in a callback. */
function ask(permits: Permits, request: number, name: string, options?: WaitOptions, by?: PermitVerb): void {
  permits.ask(note(name), { ...options, permits: request }, by);
}

/** The same for a request that has to wait. */
function wait(permits: Permits, request: number, name: string, options?: WaitOptions): Queued<number> {
  return permits.wait(note(name), { ...options, permits: request });
}

/** The controller of a signal whose abort never reaches our listener. */
function silent(): AbortController {
  const controller = new AbortController();
  controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
  return controller;
}

const requests = ({ line }: Permits): number[] => waitersOf(line).map(({ request }) => request);

describe('a new line', () => {
  it('is empty, and holds nothing', () => {
    const permits = new Permits(0);
    expect([permits.line.size, waitersOf(permits.line), permits.line.bare]).toEqual([0, [], 0]);
    expect(permits.line.owner).toBe(permits);
  });

  it('asks nothing of the policy when it moves up or is cancelled', () => {
    const permits = new Permits(1);
    permits.line.cancelAll('over');
    permits.line.drain();
    permits.line.moveUp();
    expect(permits.asked).toEqual([]);
  });
});

describe('ask()', () => {
  it('takes what is free, and asks the policy as a method of the lock', () => {
    const permits = new Permits(3);
    expect(permits.line.ask(2, terms(), ENTER)).toEqual({ value: undefined });
    expect([permits.free, permits.asked, permits.line.size]).toEqual([1, [2], 0]);
  });

  it('returns undefined if the request has to wait, and does not let it join', () => {
    const permits = new Permits(0);
    expect(permits.line.ask(1, terms({ timeout: 1 }), ENTER)).toBe(undefined);
    expect(permits.line.size).toBe(0);
  });

  it.each([
    ['its reason', AbortSignal.abort('no'), 'no'],
    [
      'an AbortError if it has no reason',
      foreignSignal({ aborted: true }),
      expect.objectContaining({ name: 'AbortError' }),
    ],
  ])('throws %s for an aborted signal, and does not ask the policy', (_, signal, reason) => {
    const permits = new Permits(3);
    const thrown = vi.fn();
    try {
      permits.line.ask(1, terms({ signal }), ENTER);
    } catch (error) {
      thrown(error);
    }
    expect([thrown.mock.calls, permits.asked]).toEqual([[[reason]], []]);
  });

  it.each([0, -5, Number.NEGATIVE_INFINITY])('throws a TimeoutError for a request with %d ms to wait', (timeout) => {
    const permits = new Permits(0, 'doors');
    expect(() => permits.line.ask(1, terms({ timeout }), ENTER)).toThrow(
      new TimeoutError(`Permits "doors": enter() timed out after ${timeout} ms`),
    );
    expect(permits.line.ask(0, terms({ timeout }), ENTER)).toEqual({ value: undefined });
  });
});

describe('the order', () => {
  it('is that of arrival, and the head is granted until the policy refuses it', () => {
    const permits = new Permits(0);
    for (const [i, request] of [1, 2, 3, 1].entries()) ask(permits, request, `${i}`);
    expect(permits.line.size).toBe(4);
    permits.line.giveBack(4);
    expect([log, permits.free, permits.line.size]).toEqual([['0', '1'], 1, 2]);
    permits.line.giveBack(3);
    expect([log, permits.free, permits.line.size]).toEqual([['0', '1', '2', '3'], 0, 0]);
  });

  it('lets no newcomer overtake a waiter, even if the policy would admit it', () => {
    const permits = new Permits(1);
    ask(permits, 2, 'head');
    permits.asked.length = 0;
    expect(permits.line.admitNow(1, ENTER)).toBe(false);
    expect(permits.line.tryAdmit(1, ENTER)).toBe(false);
    expect(permits.asked).not.toContain(1);
  });

  it('lets a newcomer of a higher priority overtake', () => {
    const permits = new Permits(1);
    ask(permits, 2, 'head', { priority: 3 });
    expect(permits.line.tryAdmit(1, ENTER, 3)).toBe(false);
    expect(permits.line.tryAdmit(1, ENTER, 4)).toBe(true);
  });

  it('lets a newcomer of a higher rank overtake, whatever the priorities', () => {
    const permits = new Permits(1);
    const ranked = RANKED[1] as PermitVerb;
    ask(permits, 2, 'head', { priority: Number.MAX_VALUE });
    expect(permits.line.admitNow(1, ranked, Number.MIN_SAFE_INTEGER)).toBe(true);
    ask(permits, 2, 'ranked', {}, ranked);
    expect(requests(permits)).toEqual([2, 2]);
    permits.line.giveBack(2);
    expect(log).toEqual(['ranked']);
  });

  it('is the same in every small arrangement of priorities, arrivals and leavers', () => {
    const priorities = [-1, 0, 1];
    const arrangements = priorities.flatMap((a) =>
      priorities.flatMap((b) => priorities.flatMap((c) => priorities.map((d) => [a, b, c, d]))),
    );
    for (const arrangement of arrangements) {
      for (let leavers = 0; leavers < 16; leavers++) {
        const permits = new Permits(0);
        const waiters = arrangement.map((priority, i) => wait(permits, 1, `${i}`, { priority }));
        const stays = (i: number): boolean => (leavers & (1 << i)) === 0;
        for (const [i, waiter] of waiters.entries()) if (!stays(i)) permits.end(waiter, 'left');
        ask(permits, 1, 'late', { priority: 0 });
        log.length = 0;
        permits.line.giveBack(5);
        const line = [...arrangement.map((priority, i) => ({ name: `${i}`, priority })), { name: 'late', priority: 0 }];
        const expected = line.filter(({ name }) => name === 'late' || stays(Number(name)));
        expected.sort((one, other) => other.priority - one.priority);
        expect(log).toEqual(expected.map(({ name }) => name));
        expect(permits.line.size).toBe(0);
      }
    }
  });
});

describe('waiters', () => {
  it('are all waiters from the head on, as they were, and may be given up meanwhile', () => {
    const permits = new Permits(0);
    for (const priority of [0, 2, -1, 2, 0, -1]) ask(permits, 10 + priority, `${priority}`, { priority });
    expect(requests(permits)).toEqual([12, 12, 10, 10, 9, 9]);
    for (const waiter of waitersOf(permits.line)) if (waiter.request !== 12) permits.end(waiter, 'out');
    expect(requests(permits)).toEqual([12, 12]);
    expect(log).toEqual(['0: out', '0: out', '-1: out', '-1: out']);
  });

  it('are none when all have left', () => {
    const permits = new Permits(0);
    ask(permits, 1, 'a');
    ask(permits, 1, 'b', { priority: 1 });
    permits.line.cancelAll('all');
    expect([requests(permits), log, permits.line.size]).toEqual([[], ['b: all', 'a: all'], 0]);
  });
});

describe('giveUp()', () => {
  it('ends a wait once', () => {
    const permits = new Permits(0);
    const waiter = wait(permits, 1, 'a');
    ask(permits, 1, 'b');
    permits.end(waiter, 'first');
    permits.end(waiter, 'second');
    expect([log, permits.line.size]).toEqual([['a: first'], 1]);
    permits.line.giveBack(1);
    permits.end(waiter, 'third');
    expect(log).toEqual(['a: first', 'b']);
  });

  it('lets no waiter move up yet', () => {
    const permits = new Permits(1);
    const heavy = wait(permits, 2, 'heavy');
    ask(permits, 1, 'light');
    permits.line.giveUp(heavy, 'out');
    deliver();
    expect(log).toEqual(['heavy: out']);
    permits.line.moveUp();
    expect(log).toEqual(['heavy: out', 'light']);
  });
});

describe('cancelAll()', () => {
  it('ends every wait, in order, and calls back when all have left', () => {
    const permits = new Permits(0);
    ask(permits, 1, 'low', { priority: -1 });
    ask(permits, 1, 'high', { priority: 1 });
    permits.ask(() => log.push(`${permits.line.size} wait`));
    permits.line.cancelAll('over');
    expect(log).toEqual(['high: over', '0 wait', 'low: over']);
  });
});

describe('moveUp()', () => {
  it('grants, then calls back', () => {
    const permits = new Permits(0);
    ask(permits, 1, 'first');
    ask(permits, 1, 'second');
    permits.free = 2;
    permits.line.moveUp();
    expect([log, permits.free]).toEqual([['first', 'second'], 0]);
  });

  it('is what drain() does without calling back', () => {
    const permits = new Permits(0);
    ask(permits, 1, 'first');
    permits.free = 1;
    permits.line.drain();
    expect([log, permits.free, permits.line.size]).toEqual([[], 0, 0]);
    deliver();
    expect(log).toEqual(['first']);
  });
});

describe('giveBack()', () => {
  it('gives back as a method of the lock, and grants whatever can be granted then', () => {
    const owner = new Permits(0);
    const undo = vi.spyOn(owner, giveBack).mockReturnValueOnce();
    owner.line.giveBack(7);
    expect([undo.mock.contexts, undo.mock.calls]).toEqual([[owner], [[7]]]);
    ask(owner, 2, 'heavy');
    ask(owner, 1, 'light');
    owner.line.giveBack(1);
    expect(log).toEqual([]);
    owner.line.giveBack(2);
    expect([log, owner.free]).toEqual([['heavy', 'light'], 0]);
  });
});

describe('the ledger of bare holds', () => {
  it('counts what bare verbs take: without waiting, by a try and after a wait', () => {
    const permits = new Permits(6);
    expect(permits.line.admitNow(2, TAKE)).toBe(true);
    expect(permits.line.tryAdmit(1, TAKE)).toBe(true);
    expect(permits.line.ask(1, terms(), TAKE)).toEqual({ value: undefined });
    expect(permits.line.bare).toBe(4);
    ask(permits, 4, 'waiter', {}, TAKE);
    permits.line.giveBack(2);
    expect([log, permits.line.bare]).toEqual([['waiter'], 8]);
  });

  it('counts neither the holds of other verbs nor what was refused or given up', () => {
    const permits = new Permits(2);
    permits.line.admitNow(1, ENTER);
    expect([permits.line.admitNow(5, TAKE), permits.line.tryAdmit(5, TAKE)]).toEqual([false, false]);
    ask(permits, 5, 'waiter', {}, TAKE);
    permits.line.cancelAll('out');
    expect(permits.line.bare).toBe(0);
  });

  it('counts 1 for each hold of a lock without permits', () => {
    const line = new WaiterQueue<string>({
      name: undefined,
      [Symbol.toStringTag]: 'Lock',
      [admit]: () => true,
      [giveBack]() {},
    });
    line.admitNow('read', TAKE);
    line.admitNow('read', TAKE);
    expect(line.bare).toBe(2);
    expect([line.giveBackBare('read'), line.bare]).toEqual([true, 1]);
  });

  it('is what giveBackBare() gives back from, to the next in line', () => {
    const permits = new Permits(3);
    permits.line.admitNow(3, TAKE);
    ask(permits, 2, 'waiter');
    expect(permits.line.giveBackBare(1)).toBe(true);
    expect([log, permits.free, permits.line.bare]).toEqual([[], 1, 2]);
    expect(permits.line.giveBackBare(2)).toBe(true);
    expect([log, permits.free, permits.line.bare]).toEqual([['waiter'], 1, 0]);
  });

  it('covers no more than bare verbs hold, and a refusal changes nothing', () => {
    const permits = new Permits(3);
    permits.line.admitNow(1, TAKE);
    permits.line.admitNow(2, ENTER);
    expect(permits.line.giveBackBare(2)).toBe(false);
    expect([permits.free, permits.line.bare]).toEqual([0, 1]);
    expect(permits.line.giveBackBare(1)).toBe(true);
    expect(permits.line.giveBackBare(1)).toBe(false);
    expect([permits.free, permits.line.bare]).toEqual([1, 0]);
  });
});

describe('a waiter whose signal has aborted, even if our listener never runs,', () => {
  it('is never granted, at the head or behind it', () => {
    const permits = new Permits(0);
    const controller = silent();
    const { signal } = controller;
    ask(permits, 1, 'a', { signal });
    ask(permits, 1, 'b');
    ask(permits, 1, 'c', { signal });
    ask(permits, 1, 'd');
    controller.abort('no');
    permits.line.giveBack(4);
    expect([log, permits.free]).toEqual([['a: no', 'b', 'c: no', 'd'], 2]);
  });

  it('blocks no try', () => {
    const permits = new Permits(1);
    const controller = silent();
    ask(permits, 2, 'head', { signal: controller.signal });
    controller.abort('no');
    expect(log).toEqual([]);
    expect(permits.line.tryAdmit(1, ENTER)).toBe(true);
    expect([log, permits.line.size, permits.free]).toEqual([['head: no'], 0, 0]);
  });

  it('blocks none of the waiters behind it, which go before a try', () => {
    const permits = new Permits(1);
    const controller = silent();
    ask(permits, 3, 'head', { signal: controller.signal });
    ask(permits, 1, 'next');
    ask(permits, 2, 'last');
    controller.abort('no');
    expect(permits.line.tryAdmit(1, ENTER)).toBe(false);
    expect([log, permits.line.size]).toEqual([['head: no', 'next'], 1]);
  });

  it('lets a try of a higher priority go before those behind it', () => {
    const permits = new Permits(1);
    const controller = silent();
    ask(permits, 2, 'head', { signal: controller.signal });
    ask(permits, 1, 'behind');
    controller.abort('no');
    expect(permits.line.tryAdmit(1, ENTER, 1)).toBe(true);
    expect([log, permits.line.size]).toEqual([['head: no'], 1]);
  });

  it.each([0, Number.POSITIVE_INFINITY])('blocks no newcomer with %d ms to wait', (timeout) => {
    const permits = new Permits(1);
    const controller = silent();
    ask(permits, 2, 'head', { signal: controller.signal });
    controller.abort('no');
    ask(permits, 1, 'newcomer', { timeout });
    expect(log).toEqual(['head: no', 'newcomer']);
    expect([permits.line.size, permits.free]).toEqual([0, 0]);
  });

  it('is not looked for behind a head that waits', () => {
    const permits = new Permits(1);
    const controller = silent();
    ask(permits, 2, 'head');
    ask(permits, 1, 'aborted', { signal: controller.signal });
    controller.abort('no');
    ask(permits, 1, 'newcomer');
    expect([log, permits.line.size, permits.free]).toEqual([[], 3, 1]);
  });
});

describe('a try in a callback', () => {
  it('runs no other callback, if it is refused because others wait', () => {
    const permits = new Permits(0);
    const enter = (name: string, request: number): void => {
      const callback = (): void => {
        permits.line.tryAdmit(1, ENTER);
        log.push(name);
      };
      permits.ask(callback, { permits: request });
    };
    enter('first', 1);
    enter('second', 1);
    enter('third', 9);
    permits.line.giveBack(2);
    expect([log, permits.line.size]).toEqual([['first', 'second'], 1]);
  });

  it('runs no other callback, if it is admitted', () => {
    const permits = new Permits(0);
    const first = (): void => {
      permits.line.tryAdmit(1, ENTER);
      log.push('first');
    };
    permits.ask(first);
    ask(permits, 1, 'second');
    permits.line.giveBack(3);
    expect(log).toEqual(['first', 'second']);
  });
});

it('a waiter that cannot set its limits does not join', () => {
  const permits = new Permits(0);
  const addEventListener = vi.fn().mockThrow(new Error('no listeners'));
  const signal = foreignSignal({ addEventListener });
  expect(() => ask(permits, 1, 'a', { signal })).toThrow('no listeners');
  expect(permits.line.size).toBe(0);
  permits.line.giveBack(1);
  expect([log, permits.free]).toEqual([[], 1]);
});

describe('a foreign signal that runs user code when it is asked whether it has aborted', () => {
  it.each<[string, (permits: Permits) => void]>([
    ['cancelAll()', ({ line }) => line.cancelAll('cancelled')],
    ['giveBack()', ({ line }) => line.giveBack(1)],
  ])('ends a wait once if that is when it notices its deadline, in %s', (_, end) => {
    const permits = new Permits(0);
    const asked = askedSignal();
    ask(permits, 1, 'wait', { signal: asked.signal });
    asked.onAsk = () => asked.abort('deadline');
    end(permits);
    expect([log, permits.line.size]).toEqual([['wait: deadline'], 0]);
    log = [];
    ask(permits, permits.free + 1, 'next');
    permits.line.giveBack(1);
    expect([log, permits.line.size]).toEqual([['next'], 0]);
  });
});

describe('bare holds', () => {
  it('are counted by permits if the request is a number', () => {
    const permits = new Permits(5);
    ask(permits, 3, 'take', {}, TAKE);
    expect([permits.line.bare, permits.line.giveBackBare(4), permits.line.giveBackBare(3)]).toEqual([3, false, true]);
    expect([permits.line.giveBackBare(3), permits.free]).toEqual([false, 5]);
  });
});
