import { inspect } from 'node:util';
import { entrance } from '@valvekit/core/line';
import { AbortError, createSemaphore, InvalidStateError, Semaphore, TimeoutError } from '@valvekit/semaphore';
import { describe, expect, it, vi } from 'vitest';

/** Takes permits, and logs the name in the callback, with the error if there is one. */
function enter(semaphore: Semaphore, name: string, log: string[], options: object = {}): void {
  semaphore.take((error) => log.push(error === undefined ? name : `${name}: ${(error as Error).name}`), options);
}

describe('the calls of version 0.2', () => {
  it('take(cb), release(), available, capacity, waiting', () => {
    const semaphore = createSemaphore(3);
    const order: number[] = [];
    const looks: unknown[] = [];
    const look = (): void => void looks.push([semaphore.available, semaphore.capacity, semaphore.waiting]);
    look();
    for (let i = 0; i < 5; i++) {
      semaphore.take(() => order.push(i));
      look();
    }
    expect(order).toEqual([0, 1, 2]);
    semaphore.release();
    look();
    semaphore.release();
    look();
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(looks).toEqual([
      [3, 3, 0],
      [2, 3, 0],
      [1, 3, 0],
      [0, 3, 0],
      [0, 3, 1],
      [0, 3, 2],
      [0, 3, 1],
      [0, 3, 0],
    ]);
  });

  it('sandbox(fn) resolves to what fn returns, and rejects with what it throws or rejects with', async () => {
    const semaphore = createSemaphore(3);
    expect(await semaphore.sandbox(() => 1)).toBe(1);
    expect(await semaphore.sandbox(() => Promise.resolve('text'))).toBe('text');
    await expect(
      semaphore.sandbox(() => {
        throw new Error('thrown');
      }),
    ).rejects.toThrow('thrown');
    await expect(semaphore.sandbox(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect(semaphore.available).toBe(3);
  });
});

describe('the capacity', () => {
  it('is 1 by default', () => {
    expect([new Semaphore().capacity, createSemaphore().capacity, new Semaphore(undefined).capacity]).toEqual([
      1, 1, 1,
    ]);
    expect(createSemaphore(4)).toBeInstanceOf(Semaphore);
    expect(createSemaphore(4).capacity).toBe(4);
  });

  it.each([
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    [Number.NEGATIVE_INFINITY, RangeError],
    [2 ** 53, RangeError],
    ['3', TypeError],
    ['', TypeError],
    [null, TypeError],
    [true, TypeError],
    [{}, TypeError],
    [[2], TypeError],
    [2n, TypeError],
    [Symbol('s'), TypeError],
  ])('cannot be %s', (capacity, error) => {
    expect(() => new Semaphore(capacity as never)).toThrow(error);
    expect(() => createSemaphore(capacity as never)).toThrow(/^capacity must be an integer of at least 0, but is /);
    const semaphore = new Semaphore(2);
    semaphore.take(() => {});
    expect(() => {
      semaphore.capacity = capacity as never;
    }).toThrow(error);
    expect([semaphore.capacity, semaphore.available]).toEqual([2, 1]);
  });

  it('can be 0, and -0 is 0', () => {
    expect([new Semaphore(0).capacity, new Semaphore(-0).capacity, new Semaphore(-0).available]).toEqual([0, 0, 0]);
    const semaphore = new Semaphore(3);
    semaphore.capacity = -0;
    expect(semaphore.capacity).toBe(0);
  });

  it('can be Infinity, and then no request ever waits', () => {
    const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 100; i++) expect(semaphore.tryTake(1000)).toBe(true);
    expect([semaphore.available, semaphore.capacity, semaphore.waiting]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
    ]);
    semaphore.release(100_000);
    expect(() => semaphore.release()).toThrow(InvalidStateError);
    semaphore.capacity = 2;
    expect(semaphore.available).toBe(2);
  });

  it('can be the largest safe integer', () => {
    const semaphore = new Semaphore(Number.MAX_SAFE_INTEGER);
    expect(semaphore.tryTake(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(semaphore.available).toBe(0);
    semaphore.release(Number.MAX_SAFE_INTEGER);
    expect(semaphore.available).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is reached by many tasks, and never exceeded', async () => {
    const semaphore = new Semaphore(5);
    let inside = 0;
    let most = 0;
    const task = async (id: number): Promise<void> => {
      most = Math.max(most, ++inside);
      for (let i = 0; i <= id % 4; i++) await Promise.resolve();
      inside--;
    };
    await Promise.all(Array.from({ length: 1000 }, (_, id) => semaphore.sandbox(() => task(id))));
    expect([most, inside, semaphore.available, semaphore.waiting]).toEqual([5, 0, 5, 0]);
  });
});

describe('a capacity raised in use', () => {
  it('admits the waiters that fit now, in order, before the assignment returns', () => {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) enter(semaphore, name, log);
    semaphore.capacity = 3;
    expect([log, semaphore.available, semaphore.waiting]).toEqual([['a', 'b', 'c'], 0, 1]);
    semaphore.capacity = Number.POSITIVE_INFINITY;
    expect([log, semaphore.waiting]).toEqual([['a', 'b', 'c', 'd'], 0]);
  });

  it('from 0 ends a pause', async () => {
    const semaphore = new Semaphore(0);
    const log: string[] = [];
    enter(semaphore, 'a', log, { permits: 2 });
    enter(semaphore, 'b', log);
    const guarded = semaphore.acquire();
    const sandboxed = semaphore.sandbox(() => 'ran');
    expect([semaphore.tryTake(), semaphore.tryAcquire(5), semaphore.waiting]).toEqual([false, undefined, 4]);
    semaphore.capacity = 4;
    expect(log).toEqual(['a', 'b']);
    (await guarded).release();
    expect(await sandboxed).toBe('ran');
    expect(semaphore.available).toBe(1);
  });

  it('from 0 rejects waiters that ask for more than there is', async () => {
    const semaphore = new Semaphore(0);
    const tooMany = semaphore.take({ permits: 3 });
    const enough = semaphore.take({ permits: 2 });
    semaphore.capacity = 2;
    await expect(tooMany).rejects.toThrow(new RangeError('permits must be at most the capacity, 2, but is 3'));
    expect(await enough).toBe(undefined);
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
  });
});

describe('a capacity lowered in use', () => {
  it('takes effect as permits come back; until then available is negative', () => {
    const semaphore = new Semaphore(4);
    const log: string[] = [];
    expect(semaphore.tryTake(4)).toBe(true);
    enter(semaphore, 'a', log);
    semaphore.capacity = 2;
    expect([semaphore.available, log]).toEqual([-2, []]);
    semaphore.release(2);
    expect([semaphore.available, log]).toEqual([0, []]);
    semaphore.release();
    expect([semaphore.available, log]).toEqual([0, ['a']]);
    expect(() => semaphore.release(3)).toThrow(InvalidStateError);
    semaphore.release(2);
    expect([semaphore.available, semaphore.capacity]).toEqual([2, 2]);
    expect(() => semaphore.release()).toThrow(InvalidStateError);
  });

  it('rejects waiters that can never be served any more, and admits those behind them in their turn', async () => {
    const semaphore = new Semaphore(5);
    semaphore.take(() => {});
    const log: string[] = [];
    enter(semaphore, 'five', log, { permits: 5 });
    enter(semaphore, 'four', log, { permits: 4, priority: -1 });
    enter(semaphore, 'three', log, { permits: 3 });
    enter(semaphore, 'one', log, { permits: 1 });
    const promised = semaphore.take({ permits: 4 });
    semaphore.capacity = 3;
    expect([log, semaphore.waiting]).toEqual([['five: RangeError', 'four: RangeError'], 2]);
    await expect(promised).rejects.toThrow(new RangeError('permits must be at most the capacity, 3, but is 4'));
    semaphore.release();
    expect(log.slice(2)).toEqual(['three']);
    semaphore.release(3);
    expect(log.slice(3)).toEqual(['one']);
  });

  it('immediately admits a waiter that only a rejected one blocked', () => {
    const semaphore = new Semaphore(3);
    semaphore.take(() => {});
    const log: string[] = [];
    enter(semaphore, 'three', log, { permits: 3 });
    enter(semaphore, 'one', log);
    semaphore.capacity = 2;
    expect(log).toEqual(['three: RangeError', 'one']);
  });

  it('to 0 rejects no waiter', () => {
    const semaphore = new Semaphore(3);
    expect(semaphore.tryTake(3)).toBe(true);
    const log: string[] = [];
    enter(semaphore, 'two', log, { permits: 2 });
    semaphore.capacity = 0;
    expect([semaphore.available, semaphore.waiting]).toEqual([-3, 1]);
    semaphore.release(3);
    expect([semaphore.available, semaphore.waiting, log]).toEqual([0, 1, []]);
    semaphore.capacity = 2;
    expect(log).toEqual(['two']);
  });

  it('can be changed inside a callback', () => {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    semaphore.take(() => {});
    semaphore.take(() => {
      log.push('a');
      semaphore.capacity = 3;
      log.push(`${semaphore.available}`);
      semaphore.capacity = 1;
    });
    enter(semaphore, 'b', log);
    enter(semaphore, 'c', log);
    semaphore.release();
    expect(log).toEqual(['a', 'b', 'c', '0']);
    expect([semaphore.available, semaphore.waiting]).toEqual([-2, 0]);
  });
});

describe('permits', () => {
  const invalid: [unknown, typeof TypeError | typeof RangeError][] = [
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    [Number.POSITIVE_INFINITY, RangeError],
    [2 ** 53, RangeError],
    ['2', TypeError],
    [null, TypeError],
    [true, TypeError],
    [{}, TypeError],
    [2n, TypeError],
  ];

  it.each(invalid)('cannot be %s in any method', async (permits, error) => {
    const semaphore = new Semaphore(5);
    expect(semaphore.tryTake(2)).toBe(true);
    const wrong = permits as number;
    expect(() => semaphore.tryTake(wrong)).toThrow(error);
    expect(() => semaphore.tryAcquire(wrong)).toThrow(error);
    expect(() => semaphore.release(wrong)).toThrow(error);
    expect(() => semaphore.release(wrong)).toThrow(/^permits must be an integer of at least 1, but is /);
    const callback = vi.fn();
    expect(() => semaphore.take(callback, { permits: wrong })).toThrow(error);
    await expect(semaphore.take({ permits: wrong })).rejects.toThrow(error);
    await expect(semaphore.acquire({ permits: wrong })).rejects.toThrow(error);
    await expect(semaphore.sandbox(callback, { permits: wrong })).rejects.toThrow(error);
    await expect(semaphore.take({ permits: wrong })).rejects.toThrow(/^permits must be an integer of at least 1/);
    expect([semaphore.available, semaphore.waiting, callback.mock.calls.length]).toEqual([3, 0, 0]);
  });

  it('cannot be more than the capacity', async () => {
    const semaphore = new Semaphore(2);
    const message = 'permits must be at most the capacity, 2, but is 3';
    for (const isHeld of [false, true]) {
      if (isHeld) semaphore.take(() => {});
      expect(() => semaphore.tryTake(3)).toThrow(new RangeError(message));
      expect(() => semaphore.tryAcquire(3)).toThrow(new RangeError(message));
      expect(() => semaphore.take(() => {}, { permits: 3 })).toThrow(new RangeError(message));
      await expect(semaphore.take({ permits: 3 })).rejects.toThrow(new RangeError(message));
      await expect(semaphore.acquire({ permits: 3 })).rejects.toThrow(new RangeError(message));
      await expect(semaphore.sandbox(() => {}, { permits: 3 })).rejects.toThrow(new RangeError(message));
    }
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('are 1 by default in every method', async () => {
    const semaphore = new Semaphore(9);
    const seen: number[] = [];
    const look = (): void => void seen.push(semaphore.available);
    semaphore.take(look);
    await semaphore.take();
    look();
    await semaphore.take({ permits: undefined } as object);
    look();
    semaphore.tryTake();
    look();
    const guards = [await semaphore.acquire(), semaphore.tryAcquire()];
    look();
    await semaphore.sandbox(look);
    for (const guard of guards) guard?.release();
    semaphore.release();
    look();
    expect(seen).toEqual([8, 7, 6, 5, 3, 2, 6]);
  });

  it.each([1, 2, 3, 4, 5, 6])('%i at a time are taken and given back by every method', async (permits) => {
    const semaphore = new Semaphore(6);
    semaphore.take(() => expect(semaphore.available).toBe(6 - permits), { permits });
    semaphore.release(permits);
    await semaphore.take({ permits, timeout: 1000 });
    semaphore.release(permits);
    expect(semaphore.tryTake(permits)).toBe(true);
    semaphore.release(permits);
    for (const guard of [await semaphore.acquire({ permits }), semaphore.tryAcquire(permits)]) {
      guard?.release();
      guard?.release();
    }
    await semaphore.sandbox(() => expect(semaphore.available).toBe(6 - permits), { permits });
    expect(semaphore.available).toBe(6);
  });

  it('are granted all together, or none', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    expect(semaphore.tryTake(2)).toBe(true);
    enter(semaphore, 'three', log, { permits: 3 });
    expect([semaphore.available, log]).toEqual([1, []]);
    semaphore.release();
    expect([semaphore.available, log]).toEqual([2, []]);
    semaphore.release();
    expect([semaphore.available, log]).toEqual([0, ['three']]);
  });

  it('never let a smaller request or a try overtake a larger one', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    expect(semaphore.tryTake()).toBe(true);
    enter(semaphore, 'three', log, { permits: 3 });
    enter(semaphore, 'one', log);
    expect([semaphore.tryTake(), semaphore.tryAcquire(), semaphore.waiting, log]).toEqual([false, undefined, 2, []]);
    semaphore.release();
    expect(log).toEqual(['three']);
    semaphore.release(3);
    expect(log).toEqual(['three', 'one']);
  });

  it('are granted to a large request within one generation of small ones', async () => {
    const semaphore = new Semaphore(4);
    let small = 0;
    let isLargeIn = false;
    const loop = async (): Promise<void> => {
      while (!isLargeIn && small < 1000) {
        small++;
        await semaphore.sandbox(async () => Promise.resolve());
      }
    };
    const loops = [loop(), loop(), loop(), loop()];
    const large = semaphore.sandbox(
      () => {
        isLargeIn = true;
      },
      { permits: 4 },
    );
    await Promise.all([large, ...loops]);
    expect(small).toBeLessThan(20);
    expect(semaphore.available).toBe(4);
  });

  it('are granted to as many waiters as fit by one release, in order', () => {
    const semaphore = new Semaphore(5);
    const log: string[] = [];
    expect(semaphore.tryTake(5)).toBe(true);
    for (const [name, permits] of Object.entries({ a: 1, b: 2, c: 1, d: 2, e: 1 }))
      enter(semaphore, name, log, { permits });
    semaphore.release(5);
    expect([log, semaphore.available, semaphore.waiting]).toEqual([['a', 'b', 'c'], 1, 2]);
    semaphore.release();
    expect([log, semaphore.available]).toEqual([['a', 'b', 'c', 'd'], 0]);
  });

  it('are held already when the first of several callbacks runs', () => {
    const semaphore = new Semaphore(3);
    const seen: unknown[] = [];
    expect(semaphore.tryTake(3)).toBe(true);
    for (let i = 0; i < 3; i++) semaphore.take(() => seen.push([semaphore.available, semaphore.waiting]));
    semaphore.release(3);
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it('go to a waiter before a newcomer of the same turn', async () => {
    const semaphore = new Semaphore(2);
    expect(semaphore.tryTake(2)).toBe(true);
    const order: string[] = [];
    const waiter = semaphore.take().then(() => order.push('waiter'));
    semaphore.release();
    semaphore.release();
    expect(semaphore.available).toBe(1);
    const newcomer = semaphore.take().then(() => order.push('newcomer'));
    await Promise.all([waiter, newcomer]);
    expect([order, semaphore.available]).toEqual([['waiter', 'newcomer'], 0]);
  });

  it.each(['abort', 'timeout', 'lowered capacity'] as const)(
    'go to the waiters behind a large head that gives up by %s, in the same turn',
    (exit) => {
      vi.useFakeTimers();
      const semaphore = new Semaphore(3);
      const log: string[] = [];
      const controller = new AbortController();
      expect(semaphore.tryTake()).toBe(true);
      enter(semaphore, 'three', log, { permits: 3, signal: controller.signal, timeout: 10 });
      enter(semaphore, 'a', log);
      enter(semaphore, 'b', log);
      if (exit === 'abort') controller.abort();
      else if (exit === 'timeout') vi.advanceTimersByTime(10);
      else semaphore.capacity = 2;
      expect(log.slice(1)).toEqual(exit === 'lowered capacity' ? ['a'] : ['a', 'b']);
      vi.useRealTimers();
    },
  );

  it('go to no waiter when a large one that is not the head gives up', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    const controller = new AbortController();
    expect(semaphore.tryTake(2)).toBe(true);
    enter(semaphore, 'head', log, { permits: 2 });
    enter(semaphore, 'three', log, { permits: 3, signal: controller.signal });
    enter(semaphore, 'tail', log);
    controller.abort();
    expect([log, semaphore.available, semaphore.waiting]).toEqual([['three: AbortError'], 1, 2]);
  });

  it('do not wait behind a head whose signal has aborted', () => {
    const semaphore = new Semaphore(2);
    const log: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    expect(semaphore.tryTake()).toBe(true);
    enter(semaphore, 'two', log, { permits: 2, signal: controller.signal });
    controller.abort();
    expect(semaphore.waiting).toBe(1);
    enter(semaphore, 'newcomer', log);
    expect(log).toEqual(['two: AbortError', 'newcomer']);
    expect([semaphore.waiting, semaphore.available]).toEqual([0, 0]);
  });

  it('are free for a try behind a head whose signal has aborted', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => log.push(`${semaphore.tryTake()}`));
    expect(semaphore.tryTake()).toBe(true);
    enter(semaphore, 'three', log, { permits: 3, signal: controller.signal });
    controller.abort();
    expect(log).toEqual(['three: AbortError', 'true']);
    expect([semaphore.waiting, semaphore.available]).toEqual([0, 1]);
  });

  it('are waited for before the callbacks of waiters that leave run, with options or without', async () => {
    for (const options of [undefined, {}]) {
      const semaphore = new Semaphore(1);
      const order: string[] = [];
      const enterAs = (name: string) => () => {
        order.push(name);
        semaphore.release();
      };
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => void semaphore.take(options).then(enterAs('listener')));
      await semaphore.take();
      semaphore.take(() => semaphore.take(enterAs('callback')), { signal: controller.signal });
      controller.abort();
      semaphore.release();
      await vi.waitFor(() => expect(order).toEqual(['listener', 'callback']));
    }
  });

  it.each([0, 1000])(
    'go to a higher priority before waiters behind an aborted head, with %i ms to wait',
    async (timeout) => {
      const semaphore = new Semaphore(2);
      const log: string[] = [];
      const controller = new AbortController();
      let urgent: Promise<void> | undefined;
      controller.signal.addEventListener('abort', () => {
        urgent = semaphore.take({ priority: 1, timeout });
      });
      await semaphore.take();
      enter(semaphore, 'two', log, { permits: 2, signal: controller.signal });
      enter(semaphore, 'one', log);
      controller.abort();
      await urgent;
      expect([log, semaphore.waiting]).toEqual([['two: AbortError'], 1]);
    },
  );

  it('go by priority: a newcomer and a try overtake waiters of lower priority only', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    expect(semaphore.tryTake()).toBe(true);
    enter(semaphore, 'low', log, { permits: 3, priority: -1 });
    expect(semaphore.tryTake()).toBe(true);
    enter(semaphore, 'high', log, { priority: 1 });
    expect([log, semaphore.available]).toEqual([['high'], 0]);
    semaphore.release(2);
    enter(semaphore, 'lower', log, { priority: -2 });
    expect([log, semaphore.available, semaphore.waiting]).toEqual([['high'], 2, 2]);
    enter(semaphore, 'middle', log, { permits: 3, priority: 0 });
    expect([semaphore.tryTake(), semaphore.tryAcquire()]).toEqual([false, undefined]);
    semaphore.release();
    expect([log, semaphore.available]).toEqual([['high', 'middle'], 0]);
  });

  it('are neither lost nor doubled when a release and an abort come in one turn', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed;
    };
    const semaphore = new Semaphore(1);
    for (let round = 0; round < 2000; round++) {
      expect(semaphore.tryTake()).toBe(true);
      const controller = new AbortController();
      const outcomes: unknown[] = [];
      semaphore.take((error) => outcomes.push(error), { signal: controller.signal });
      const steps = [() => semaphore.release(), () => controller.abort('no')];
      if (random() % 2 === 0) steps.reverse();
      for (const step of steps) step();
      expect(outcomes).toHaveLength(1);
      if (outcomes[0] === undefined) semaphore.release();
      expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
    }
  });
});

describe('release()', () => {
  it('never gives back more than was taken, and gives back nothing then', () => {
    const semaphore = new Semaphore(3);
    expect(() => semaphore.release()).toThrow(new InvalidStateError('Semaphore: release(1), but only 0 were taken'));
    expect(semaphore.tryTake(2)).toBe(true);
    expect(() => semaphore.release(3)).toThrow(InvalidStateError);
    expect(semaphore.available).toBe(1);
    semaphore.release();
    semaphore.release();
    expect(() => semaphore.release()).toThrow(InvalidStateError);
    expect(semaphore.available).toBe(3);
  });

  it('gives back in parts what was taken together', () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    expect(semaphore.tryTake(3)).toBe(true);
    for (const name of ['a', 'b', 'c']) enter(semaphore, name, log);
    semaphore.release();
    expect(log).toEqual(['a']);
    semaphore.release(2);
    expect([log, semaphore.available]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('leaves the permits of guards and sandboxes alone, and says so', async () => {
    const semaphore = new Semaphore(5);
    const guard = await semaphore.acquire({ permits: 2 });
    expect(semaphore.tryTake()).toBe(true);
    const sandbox = semaphore.sandbox(() => Promise.resolve());
    expect(() => semaphore.release(2)).toThrow(
      'Semaphore: release(2), but only 1 were taken; 3 more are held by guards or sandboxes',
    );
    semaphore.release();
    expect(() => semaphore.release()).toThrow(InvalidStateError);
    guard.release();
    await sandbox;
    expect(semaphore.available).toBe(5);
  });

  it('leaves the permits alone that a guard has given to another holder', async () => {
    const semaphore = new Semaphore(2);
    const guard = semaphore.tryAcquire(2);
    guard?.release();
    expect(semaphore.tryTake(2)).toBe(true);
    guard?.release();
    expect(semaphore.available).toBe(0);
  });
});

describe('timeouts and cancel()', () => {
  it('name the operation', async () => {
    const semaphore = new Semaphore(0);
    for (const operation of ['take', 'acquire'] as const) {
      await expect(semaphore[operation]({ timeout: -1 })).rejects.toThrow(
        new TimeoutError(`Semaphore: ${operation}() timed out after -1 ms`),
      );
    }
    await expect(semaphore.take({ timeout: 0 })).rejects.toThrow(
      new TimeoutError('Semaphore: take() timed out after 0 ms'),
    );
    const waiting = semaphore.acquire();
    semaphore.cancel();
    await expect(waiting).rejects.toThrow(new AbortError('Semaphore: cancel() ended the wait'));
  });

  it('end no hold', async () => {
    const semaphore = new Semaphore(2);
    const guard = await semaphore.acquire({ permits: 2 });
    const waiting = semaphore.take({ permits: 2 });
    semaphore.cancel('over');
    await expect(waiting).rejects.toBe('over');
    expect([semaphore.available, guard.released]).toEqual([0, false]);
  });
});

describe('looking', () => {
  it('shows permits, capacity and waiters', () => {
    const semaphore = new Semaphore(2);
    semaphore.take(() => {}, { permits: 2 });
    semaphore.take(() => {});
    expect(inspect(semaphore)).toBe('Semaphore { available: 0, capacity: 2, waiting: 1 }');
    expect(Object.prototype.toString.call(semaphore)).toBe('[object Semaphore]');
    expect(inspect(new Semaphore(2, { name: 'pool' }))).toBe(
      'Semaphore "pool" { available: 2, capacity: 2, waiting: 0 }',
    );
    expect(JSON.stringify(semaphore)).toBe('{}');
  });

  it('refuses to work on anything else', () => {
    const semaphore = new Semaphore(2);
    for (const other of [{}, undefined, Object.create(semaphore)]) {
      expect(() => semaphore.release.call(other)).toThrow(TypeError);
      expect(() => semaphore.tryTake.call(other)).toThrow(TypeError);
    }
  });
});

describe('a name', () => {
  it('can be given to the constructor and to createSemaphore(), after the capacity', () => {
    expect(new Semaphore().name).toBe(undefined);
    expect(new Semaphore(2, {}).name).toBe(undefined);
    const semaphore = new Semaphore(undefined, { name: 'pool' });
    expect([semaphore.name, semaphore.capacity]).toEqual(['pool', 1]);
    expect(createSemaphore(3, { name: 'made' })).toMatchObject({ name: 'made', capacity: 3 });
    expect(() => Object.assign(semaphore, { name: 'other' })).toThrow(TypeError);
  });

  it('is in all messages', async () => {
    const semaphore = new Semaphore(1, { name: 'pool' });
    expect(() => semaphore.release(2)).toThrow('Semaphore "pool": release(2), but only 0 were taken');
    const guard = await semaphore.acquire();
    await expect(semaphore.sandbox(() => {}, { timeout: 0 })).rejects.toThrow(
      'Semaphore "pool": sandbox() timed out after 0 ms',
    );
    const waiting = semaphore.take();
    semaphore.cancel();
    await expect(waiting).rejects.toThrow('Semaphore "pool": cancel() ended the wait');
    guard.release();
  });

  it.each([[null], [5], [{}]])('cannot be %o', (name) => {
    expect(() => new Semaphore(1, { name } as never)).toThrow(/^name must be a string, but is /);
    expect(() => createSemaphore(1, { name } as never)).toThrow(TypeError);
  });

  it.each([[null], ['pool'], [5]])('cannot come with %o as options', (options) => {
    expect(() => new Semaphore(1, options as never)).toThrow(/^options must be an object, but is /);
  });

  it('cannot come in the place of the capacity', () => {
    expect(() => new Semaphore({ name: 'pool' } as never)).toThrow(
      new TypeError('capacity must be an integer of at least 0, but is [object Object]'),
    );
  });
});

describe('the entrance', () => {
  it('leads to the line, past the methods, for a number of permits', () => {
    const semaphore = new Semaphore(3);
    const { line, request, permits, verb } = semaphore[entrance]({ permits: 2 });
    expect([line.owner, request, permits, verb.name, verb.isBare]).toEqual([semaphore, 2, 2, 'sandbox', false]);
    expect(line.admitNow(request, verb)).toBe(true);
    expect(semaphore.available).toBe(1);
    expect(() => semaphore.release()).toThrow(InvalidStateError);
    line.giveBack(request);
    expect(semaphore.available).toBe(3);
    expect([semaphore[entrance]().request, semaphore[entrance]({}).request]).toEqual([1, 1]);
  });

  it('refuses what every request refuses', () => {
    const semaphore = new Semaphore(3);
    expect(() => semaphore[entrance]({ permits: 4 })).toThrow(RangeError);
    expect(() => semaphore[entrance]({ permits: '2' as never })).toThrow(TypeError);
    semaphore.capacity = 0;
    expect(semaphore[entrance]({ permits: 4 }).request).toBe(4);
  });
});

describe('wrap()', () => {
  it('runs fn under a permit for each call, with its `this` and arguments', async () => {
    const semaphore = new Semaphore(2);
    let inside = 0;
    let most = 0;
    const counter = {
      step: 10,
      add: semaphore.wrap(async function (this: { step: number }, a: number, b: number) {
        most = Math.max(most, ++inside);
        await Promise.resolve();
        inside--;
        return this.step + a + b;
      }),
    };
    expect(await Promise.all([1, 2, 3, 4].map((n) => counter.add(n, n)))).toEqual([12, 14, 16, 18]);
    expect([most, semaphore.available]).toEqual([2, 2]);
  });

  it('runs immediately on a free permit, and gives it back however fn ends', async () => {
    const semaphore = new Semaphore(1);
    const fn = vi.fn((fail: boolean) => {
      if (fail) throw new Error('mine');
      return 'plain';
    });
    const wrapped = semaphore.wrap(fn);
    const result = wrapped(false);
    expect([fn.mock.calls.length, semaphore.available]).toEqual([1, 1]);
    expect(await result).toBe('plain');
    await expect(wrapped(true)).rejects.toThrow('mine');
    expect(semaphore.available).toBe(1);
  });

  it('makes calls whose waits cancel() ends', async () => {
    const semaphore = new Semaphore(1);
    const fn = vi.fn(() => 1);
    semaphore.take(() => {});
    const waiting = semaphore.wrap(fn)();
    semaphore.cancel('over');
    await expect(waiting).rejects.toBe('over');
    expect(fn).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 'fn', {}])('refuses %s as fn', (fn) => {
    expect(() => new Semaphore().wrap(fn as never)).toThrow(TypeError);
    expect(() => new Semaphore().wrap(fn as never)).toThrow(/^fn must be a function/);
  });
});

it('a callback cannot release the permit that a guard got past its aborted wait', () => {
  const semaphore = new Semaphore(2);
  const first = semaphore.tryAcquire();
  const controller = new AbortController();
  const got: unknown[] = [];
  // Called before the listener of the semaphore, so that the try meets the aborted head.
  controller.signal.addEventListener('abort', () => got.push(semaphore.tryAcquire()));
  const giveBack = vi.fn(() => semaphore.release());
  semaphore.take(
    () => {
      expect(giveBack).toThrow(InvalidStateError);
    },
    { permits: 2, signal: controller.signal },
  );
  controller.abort();
  expect([giveBack.mock.calls.length, semaphore.available]).toEqual([1, 0]);
  first?.release();
  (got[0] as Disposable)[Symbol.dispose]();
  expect(semaphore.available).toBe(2);
});

it('a timer that one clock set and another one cleared does nothing when it fires, even before the callbacks have run', () => {
  let fire = (): void => {};
  vi.stubGlobal('setTimeout', (fn: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) => {
    fire = () => fn(...args);
    return 7;
  });
  const semaphore = new Semaphore(2);
  const log: string[] = [];
  semaphore.tryTake(2);
  semaphore.take(() => {
    log.push('first');
    fire();
  });
  enter(semaphore, 'second', log, { timeout: 1000 });
  vi.unstubAllGlobals();
  semaphore.release(2);
  expect([log, semaphore.available, semaphore.waiting]).toEqual([['first', 'second'], 0, 0]);
});
