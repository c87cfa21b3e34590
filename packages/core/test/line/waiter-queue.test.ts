import { describe, expect, it, vi } from 'vitest';
import {
  bothForms,
  deliver,
  PromiseWaiter,
  readWaitOptions,
  TimeoutError,
  type Waiter,
  WaiterQueue,
  type WaitOptions,
} from '../src/index.ts';

/** Permits in their plainest form: requests are numbers. */
class Permits {
  free: number;
  readonly asked: number[] = [];
  readonly queue: WaiterQueue<Permits, number> = new WaiterQueue<Permits, number>(this, this.admit);

  constructor(free: number) {
    this.free = free;
  }

  admit(request: number): boolean {
    this.asked.push(request);
    if (request > this.free) return false;
    this.free -= request;
    return true;
  }

  give(count: number): void {
    this.free += count;
    this.queue.drain();
  }

  enter(request: number, name: string, log: string[], options?: WaitOptions): Waiter<number> {
    const terms = readWaitOptions(options);
    expect(this.queue.ask(request, terms, 'enter')).toBe(undefined);
    const waiter = new PromiseWaiter<number>(
      request,
      () => log.push(name),
      (reason) => log.push(`${name}: ${String(reason)}`),
    );
    this.queue.join(waiter, terms, 'enter');
    return waiter;
  }
}

function namesOf(queue: WaiterQueue<Permits, number>): number[] {
  return [...queue].map(({ request }) => request);
}

describe('ask()', () => {
  it('grants what is free, and asks the policy as a method of the owner', () => {
    const permits = new Permits(3);
    expect(permits.queue.ask(2, readWaitOptions(undefined), 'ask')).toEqual({ value: undefined });
    expect([permits.free, permits.asked, permits.queue.size]).toEqual([1, [2], 0]);
  });

  it('tells who has to wait', () => {
    const permits = new Permits(0);
    expect(permits.queue.ask(1, readWaitOptions({ timeout: 1 }), 'ask')).toBe(undefined);
    expect(permits.queue.size).toBe(0);
  });

  it('throws the reason of an aborted signal, and does not ask the policy', () => {
    const permits = new Permits(3);
    const terms = readWaitOptions({ signal: AbortSignal.abort('no') });
    let thrown: unknown;
    try {
      permits.queue.ask(1, terms, 'ask');
    } catch (reason) {
      thrown = reason;
    }
    expect([thrown, permits.asked]).toEqual(['no', []]);
  });

  it('throws a TimeoutError for who may not wait', () => {
    const permits = new Permits(0);
    const ask = (timeout: number) => () => permits.queue.ask(1, readWaitOptions({ timeout }), 'Thing.ask');
    expect(ask(0)).toThrow(new TimeoutError('Thing.ask timed out after 0 ms'));
    expect(ask(-5)).toThrow(new TimeoutError('Thing.ask timed out after -5 ms'));
  });
});

describe('the line', () => {
  it('grants in order until the policy refuses', () => {
    const permits = new Permits(0);
    const log: string[] = [];
    for (const [i, request] of [1, 2, 3, 1].entries()) permits.enter(request, `${i}`, log);
    expect(permits.queue.size).toBe(4);
    permits.give(4);
    expect([log, permits.free, permits.queue.size]).toEqual([['0', '1'], 1, 2]);
    permits.give(3);
    expect([log, permits.free, permits.queue.size]).toEqual([['0', '1', '2', '3'], 0, 0]);
  });

  it('lets nobody pass who waits in it', () => {
    const permits = new Permits(1);
    permits.enter(2, 'head', []);
    permits.asked.length = 0;
    expect(permits.queue.admitNow(1)).toBe(false);
    expect(permits.queue.tryAdmit(1)).toBe(false);
    expect(permits.asked).not.toContain(1);
  });

  it('lets a higher priority pass lower ones', () => {
    const permits = new Permits(1);
    permits.enter(2, 'head', [], { priority: 3 });
    expect(permits.queue.tryAdmit(1, 3)).toBe(false);
    expect(permits.queue.tryAdmit(1, 4)).toBe(true);
  });

  it('can be walked from the head on, whatever the priorities, and may lose the one just seen', () => {
    const permits = new Permits(0);
    const log: string[] = [];
    for (const priority of [0, 2, -1, 2, 0, -1]) permits.enter(10 + priority, `${priority}`, log, { priority });
    expect(namesOf(permits.queue)).toEqual([12, 12, 10, 10, 9, 9]);
    for (const waiter of permits.queue) if (waiter.request !== 12) permits.queue.giveUp(waiter, 'out');
    expect(namesOf(permits.queue)).toEqual([12, 12]);
    expect(log).toEqual(['0: out', '0: out', '-1: out', '-1: out']);
  });

  it('is empty when it is new, and when all have left', () => {
    const permits = new Permits(0);
    expect(namesOf(permits.queue)).toEqual([]);
    const log: string[] = [];
    permits.queue.cancelAll('nobody');
    permits.queue.drain();
    permits.enter(1, 'a', log);
    permits.queue.cancelAll('all');
    expect([namesOf(permits.queue), log, permits.queue.size]).toEqual([[], ['a: all'], 0]);
  });

  it('gives up a waiter once', () => {
    const permits = new Permits(0);
    const log: string[] = [];
    const waiter = permits.enter(1, 'a', log);
    permits.enter(1, 'b', log);
    permits.queue.giveUp(waiter, 'first');
    permits.queue.giveUp(waiter, 'second');
    expect([log, permits.queue.size]).toEqual([['a: first'], 1]);
    permits.give(1);
    permits.queue.giveUp(waiter, 'third');
    expect(log).toEqual(['a: first', 'b']);
  });

  it('keeps its order in every small arrangement of priorities, arrivals and leavers', () => {
    const priorities = [-1, 0, 1];
    const arrangements = priorities.flatMap((a) =>
      priorities.flatMap((b) => priorities.flatMap((c) => priorities.map((d) => [a, b, c, d]))),
    );
    for (const arrangement of arrangements) {
      for (let leavers = 0; leavers < 16; leavers++) {
        const permits = new Permits(0);
        const log: string[] = [];
        const waiters = arrangement.map((priority, i) => permits.enter(1, `${i}`, log, { priority }));
        const stays = (i: number): boolean => (leavers & (1 << i)) === 0;
        for (const [i, waiter] of waiters.entries()) if (!stays(i)) permits.queue.giveUp(waiter, 'left');
        permits.enter(1, 'late', log, { priority: 0 });
        log.length = 0;
        permits.give(5);
        const line = [...arrangement.map((priority, i) => ({ name: `${i}`, priority })), { name: 'late', priority: 0 }];
        const expected = line.filter(({ name }) => name === 'late' || stays(Number(name)));
        expected.sort((one, other) => other.priority - one.priority);
        expect(log).toEqual(expected.map(({ name }) => name));
        expect(permits.queue.size).toBe(0);
      }
    }
  });

  it('never grants who has aborted, head or not', () => {
    const permits = new Permits(0);
    const log: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    const { signal } = controller;
    permits.enter(1, 'a', log, { signal });
    permits.enter(1, 'b', log);
    permits.enter(1, 'c', log, { signal });
    permits.enter(1, 'd', log);
    controller.abort('no');
    permits.give(4);
    expect([log, permits.free]).toEqual([['a: no', 'b', 'c: no', 'd'], 2]);
  });

  it('lets go of an aborted head before it answers a newcomer', () => {
    const permits = new Permits(1);
    const log: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    permits.enter(2, 'head', log, { signal: controller.signal });
    controller.abort('no');
    expect(permits.queue.tryAdmit(1)).toBe(true);
    expect([log, permits.free]).toEqual([['head: no'], 0]);
  });

  it('lets those behind an aborted head go before a newcomer', () => {
    const permits = new Permits(1);
    const log: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    permits.enter(3, 'head', log, { signal: controller.signal });
    permits.enter(1, 'next', log);
    permits.enter(2, 'last', log);
    controller.abort('no');
    expect(permits.queue.tryAdmit(1)).toBe(false);
    expect([log, permits.queue.size]).toEqual([['head: no', 'next'], 1]);
  });
});

describe('giveBack()', () => {
  it('gives back what was taken for a request, as a method of the owner', () => {
    const owner = { name: 'owner' };
    const giveBack = vi.fn();
    const queue = new WaiterQueue<typeof owner, number>(owner, () => true, giveBack);
    queue.giveBack(7);
    expect([giveBack.mock.contexts, giveBack.mock.calls]).toEqual([[owner], [[7]]]);
  });

  it('does nothing where the lock has no guards', () => {
    const permits = new Permits(1);
    permits.queue.giveBack(1);
    expect(permits.free).toBe(1);
  });
});

describe('a head whose abort event was stopped before it came here', () => {
  function silentlyAborting(): AbortController {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    return controller;
  }

  function take(permits: Permits, request: number, told: string[], name: string, options?: WaitOptions): void {
    const callback = (error?: unknown): void =>
      void told.push(error === undefined ? name : `${name}: ${error as string}`);
    void bothForms(permits.queue, () => request, 'Permits.take', permits, callback, options);
  }

  it('is told of its end by a try, which is admitted then', () => {
    const permits = new Permits(1);
    const told: string[] = [];
    const controller = silentlyAborting();
    take(permits, 2, told, 'head', { signal: controller.signal });
    controller.abort('no');
    expect(told).toEqual([]);
    expect(permits.queue.tryAdmit(1)).toBe(true);
    expect(told).toEqual(['head: no']);
    expect(permits.queue.size).toBe(0);
  });

  it.each([0, Number.POSITIVE_INFINITY])(
    'is told of its end by a newcomer with %d ms to wait, who is let in at once',
    (timeout) => {
      const permits = new Permits(1);
      const told: string[] = [];
      const controller = silentlyAborting();
      take(permits, 2, told, 'head', { signal: controller.signal });
      controller.abort('no');
      take(permits, 1, told, 'newcomer', { timeout });
      expect(told).toEqual(['head: no', 'newcomer']);
      expect([permits.queue.size, permits.free]).toEqual([0, 0]);
    },
  );

  it('is told of its end by a try of a higher priority, which is admitted before those behind it', () => {
    const permits = new Permits(1);
    const told: string[] = [];
    const controller = silentlyAborting();
    take(permits, 2, told, 'head', { signal: controller.signal });
    take(permits, 1, told, 'behind');
    controller.abort('no');
    expect(permits.queue.tryAdmit(1, 1)).toBe(true);
    expect([told, permits.queue.size]).toEqual([['head: no'], 1]);
  });

  it('is not looked for by a newcomer behind a head that waits', () => {
    const permits = new Permits(1);
    const told: string[] = [];
    take(permits, 2, told, 'head');
    take(permits, 1, told, 'newcomer');
    permits.asked.length = 0;
    take(permits, 1, told, 'another');
    expect([told, permits.asked, permits.queue.size]).toEqual([[], [], 3]);
  });
});

it('a try in a callback that is refused because others wait tells nobody else', () => {
  const permits = new Permits(0);
  const told: string[] = [];
  const enter = (name: string, request: number): void => {
    const callback = (): void => {
      permits.queue.tryAdmit(1);
      told.push(name);
    };
    void bothForms(permits.queue, () => request, 'Permits.take', permits, callback, undefined);
  };
  enter('first', 1);
  enter('second', 1);
  enter('third', 9);
  permits.give(2);
  deliver();
  expect([told, permits.queue.size]).toEqual([['first', 'second'], 1]);
});

it('a try in a callback tells nobody else: they hear in their turn', () => {
  const permits = new Permits(0);
  const told: string[] = [];
  const first = (): void => {
    permits.queue.tryAdmit(1);
    told.push('first');
  };
  void bothForms(permits.queue, () => 1, 'Permits.take', permits, first, undefined);
  void bothForms(
    permits.queue,
    () => 1,
    'Permits.take',
    permits,
    () => told.push('second'),
    undefined,
  );
  permits.give(3);
  deliver();
  expect(told).toEqual(['first', 'second']);
});
