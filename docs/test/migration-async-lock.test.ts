// Checks the differences listed in docs/migration/async-lock.md, on both libraries, and restates what the tests of
// async-lock 1.5.0 check.
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { KeyedLocks, sandboxAll, type WaitOptions } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const AsyncLock = require('async-lock');

const forever = () => new Promise<never>(() => {});
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a difference', () => {
  it('is the result of a function that has a parameter', async () => {
    const settled = vi.fn();
    const fn = (_unused: unknown) => 'result';
    new AsyncLock().acquire('key', fn).finally(settled);
    await vi.advanceTimersByTimeAsync(1000);
    expect(settled).not.toHaveBeenCalled();
    expect(await new KeyedLocks().mutex('key').sandbox(fn as () => string)).toBe('result');
  });

  it('are falsy reasons', async () => {
    const fail = () => Promise.reject(0);
    expect(await new AsyncLock().acquire('key', fail)).toBeUndefined();
    await expect(new KeyedLocks().mutex('key').sandbox(fail)).rejects.toBe(0);
  });

  it('is the timeout of a request for several keys', async () => {
    const before = new AsyncLock();
    before.acquire('a', () => sleep(40));
    before.acquire('b', () => sleep(80));
    const starting = before.acquire(['a', 'b'], () => 'in time', { timeout: 60 });
    await vi.advanceTimersByTimeAsync(100);
    expect(await starting).toBe('in time');

    const after = new KeyedLocks();
    const [a, b] = [after.mutex('a'), after.mutex('b')];
    void a.sandbox(() => sleep(40));
    void b.sandbox(() => sleep(80));
    const refused = expect(sandboxAll([a, b], () => {}, { timeout: 60 })).rejects.toThrow('timed out after 60 ms');
    await vi.advanceTimersByTimeAsync(100);
    await refused;
  });

  it('is how a missing function is refused', async () => {
    expect(() => new AsyncLock().acquire('key', null)).toThrow('You must pass a function to execute');
    await expect(new KeyedLocks().mutex('key').sandbox(null as never)).rejects.toThrow(TypeError);
  });

  it('are keys that are no strings', async () => {
    const lock = new AsyncLock();
    lock.acquire({ id: 1 }, forever);
    expect(lock.isBusy({ id: 2 })).toBe(true);

    const locks = new KeyedLocks<unknown>();
    const guard = await locks.mutex({ id: 1 }).acquire();
    const number = await locks.mutex(1).acquire();
    expect([locks.mutex({ id: 1 }).isLocked, locks.mutex('1').isLocked, locks.size]).toEqual([false, false, 2]);
    for (const each of [guard, number]) each.release();
  });

  it('is the number of waiters', async () => {
    const lock = new AsyncLock();
    lock.acquire('key', forever);
    for (let i = 0; i < 1000; i++) lock.acquire('key', forever);
    await expect(lock.acquire('key', forever)).rejects.toThrow('Too many pending tasks');

    const mutex = new KeyedLocks().mutex('key');
    mutex.tryAcquire();
    for (let i = 0; i < 1001; i++) void mutex.acquire();
    expect(mutex.waiting).toBe(1001);
  });

  it('is what is left of a request that timed out', async () => {
    const lock = new AsyncLock({ maxPending: 1 });
    lock.acquire('key', forever);
    const timedOut = expect(lock.acquire('key', forever, { timeout: 10 })).rejects.toThrow('timed out');
    await vi.advanceTimersByTimeAsync(10);
    await timedOut;
    await expect(lock.acquire('key', forever)).rejects.toThrow('Too many pending tasks');

    const mutex = new KeyedLocks().mutex('key');
    mutex.tryAcquire();
    const givenUp = expect(mutex.acquire({ timeout: 10 })).rejects.toThrow('timed out');
    await vi.advanceTimersByTimeAsync(10);
    await givenUp;
    expect(mutex.waiting).toBe(0);
  });

  it('is a timeout of 0', async () => {
    const settled = vi.fn();
    const lock = new AsyncLock();
    lock.acquire('key', forever);
    lock.acquire('key', forever, { timeout: 0 }).finally(settled);
    await vi.advanceTimersByTimeAsync(1000);
    expect(settled).not.toHaveBeenCalled();

    const mutex = new KeyedLocks().mutex('key');
    mutex.tryAcquire();
    await expect(mutex.sandbox(forever, { timeout: 0 })).rejects.toThrow('timed out after 0 ms');
  });

  it('is the order of requests that skip the queue', async () => {
    const order = async (ask: (fn: () => unknown, isFirst: boolean) => unknown) => {
      const log: string[] = [];
      let leave = () => {};
      ask(() => new Promise<void>((resolve) => (leave = resolve)), false);
      ask(() => log.push('last'), false);
      ask(() => log.push('one'), true);
      ask(() => log.push('two'), true);
      leave();
      await vi.advanceTimersByTimeAsync(0);
      return log;
    };
    const lock = new AsyncLock();
    expect(await order((fn, skipQueue) => lock.acquire('key', fn, { skipQueue }))).toEqual(['two', 'one', 'last']);
    const mutex = new KeyedLocks().mutex('key');
    const before = await order((fn, isFirst) => mutex.sandbox(fn, { priority: isFirst ? 1 : 0 }));
    expect(before).toEqual(['one', 'two', 'last']);
  });

  it('is maxExecutionTime, which allows two holders', async () => {
    const lock = new AsyncLock({ maxExecutionTime: 10 });
    const second = vi.fn<() => void>();
    const tooLong = expect(lock.acquire('key', forever)).rejects.toThrow('Maximum execution time');
    lock.acquire('key', second);
    await vi.advanceTimersByTimeAsync(10);
    await tooLong;
    expect(second).toHaveBeenCalledOnce();
  });

  it('is none for a caller that holds the key: it waits', async () => {
    const inner = vi.fn<() => void>();
    const lock = new AsyncLock();
    lock.acquire('key', () => lock.acquire('key', inner));
    const mutex = new KeyedLocks().mutex('key');
    void mutex.sandbox(() => mutex.sandbox(inner));
    await vi.advanceTimersByTimeAsync(1000);
    expect(inner).not.toHaveBeenCalled();
  });

  it('is several keys in different orders', async () => {
    const entered = vi.fn<() => void>();
    const lock = new AsyncLock();
    let leave = () => {};
    lock.acquire('b', () => new Promise<void>((resolve) => (leave = resolve)));
    lock.acquire(['b', 'a'], entered);
    lock.acquire(['a', 'b'], entered);
    leave();
    await vi.advanceTimersByTimeAsync(1000);
    expect(entered).not.toHaveBeenCalled();

    const locks = new KeyedLocks();
    const guard = await locks.mutex('b').acquire();
    const all = [
      ['b', 'a'],
      ['a', 'b'],
    ].map((keys) =>
      sandboxAll(
        keys.map((key) => locks.mutex(key)),
        entered,
      ),
    );
    guard.release();
    await Promise.all(all);
    expect(entered).toHaveBeenCalledTimes(2);
  });

  it('is what is held while a request for several keys waits', async () => {
    const other = vi.fn<() => void>();
    const lock = new AsyncLock();
    lock.acquire('b', forever);
    lock.acquire(['a', 'b'], forever);
    lock.acquire('a', other);
    await vi.advanceTimersByTimeAsync(1000);
    expect([other.mock.calls.length, lock.isBusy('a')]).toEqual([0, true]);

    const locks = new KeyedLocks();
    const guard = await locks.mutex('b').acquire();
    void sandboxAll([locks.mutex('a'), locks.mutex('b')], forever);
    expect([locks.mutex('a').isLocked, locks.mutex('a').waiting]).toEqual([false, 1]);
    guard.release();
  });
});

/** What its tests check, with the calls that the page gives for it. */
describe('as in the tests of async-lock', () => {
  const locks = new KeyedLocks<string | number>();
  const acquire = <R>(keys: string | number | (string | number)[], fn: () => R, options?: WaitOptions) =>
    Array.isArray(keys)
      ? sandboxAll(
          keys.map((key) => locks.mutex(key)),
          fn,
          options,
        )
      : locks.mutex(keys).sandbox(fn, options);

  afterEach(() => {
    expect([locks.size, locks.waiting]).toEqual([0, 0]);
  });

  /** Lets time pass until it settles. */
  async function settled<R>(promise: Promise<R>): Promise<R> {
    await vi.advanceTimersByTimeAsync(1000);
    return promise;
  }

  it('eight tasks on two keys never meet under one key, and it is busy as long as they run', async () => {
    const running = new Set<number>();
    const tasks = Array.from({ length: 8 }, (_, number) =>
      acquire(number % 2, async () => {
        expect([running.has(number % 2), locks.mutex(number % 2).isLocked]).toEqual([false, true]);
        running.add(number % 2);
        await sleep(number);
        running.delete(number % 2);
        return number;
      }),
    );
    expect(locks.size).toBe(2);
    expect(await settled(Promise.all(tasks))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('a task with two keys waits for the holders of both', async () => {
    const busy = { one: false, two: false };
    const hold = (key: 'one' | 'two', ms: number) => async () => {
      busy[key] = true;
      await sleep(ms);
      busy[key] = false;
    };
    const all = [
      acquire(1, hold('one', 10)),
      acquire(2, hold('two', 20)),
      acquire([1, 2], () => ({ ...busy })),
    ] as const;
    expect((await settled(Promise.all(all)))[2]).toEqual({ one: false, two: false });
  });

  it('keys may be names of properties of objects', async () => {
    const log: string[] = [];
    const first = acquire('constructor', async () => {
      await sleep(5);
      log.push('first');
    });
    const second = acquire('constructor', () => log.push('second'));
    await settled(Promise.all([first, second]));
    expect(log).toEqual(['first', 'second']);
  });

  it('a wait times out before the holder is done, and its function never runs', async () => {
    const log: string[] = [];
    const first = acquire('key', () => sleep(50)).then(() => log.push('done'));
    const fn = vi.fn();
    const second = acquire('key', fn, { timeout: 20 }).catch((error: Error) => log.push(error.name));
    await settled(Promise.all([first, second]));
    expect([log, fn.mock.calls.length]).toEqual([['TimeoutError', 'done'], 0]);
  });

  it('a counter that is read and written under a key is right, also under promises of another kind', async () => {
    let value = 0;
    const foreign = (ms: number) => ({
      // biome-ignore lint/suspicious/noThenProperty: a promise of another library
      then: (resolve: () => void) => void setTimeout(resolve, ms), // oxlint-disable-line unicorn/no-thenable
    });
    const tasks = Array.from({ length: 8 }, (_, number) =>
      acquire('key', async () => {
        const before = value;
        await foreign(number);
        value = before + 1;
      }),
    );
    await settled(Promise.all(tasks));
    expect(value).toBe(8);
  });

  it.each([
    [
      'thrown',
      () => {
        throw new Error('error');
      },
    ],
    ['rejected', () => Promise.reject(new Error('error'))],
  ])('an error that is %s rejects, and the lock is free', async (_, fn) => {
    const error = await acquire('key', fn).catch((each: Error) => each);
    expect([(error as Error).message, locks.mutex('key').isLocked]).toEqual(['error', false]);
  });

  it.each([
    [
      'thrown by a function with a callback',
      () => {
        throw new Error('error');
      },
    ],
    ['passed to a callback', (done: (error?: Error) => void) => done(new Error('error'))],
  ])('an error that is %s rejects, and the lock is free', async (_, work) => {
    await expect(acquire('key', promisify(work as (done: (error: Error | null) => void) => void))).rejects.toThrow(
      'error',
    );
    expect(locks.mutex('key').isLocked).toBe(false);
  });

  it('a function with a callback is told the result of its own', async () => {
    const work = (done: (error: null, result: number) => void) => void setTimeout(done, 10, null, 5);
    expect(await settled(acquire('key', promisify(work)))).toBe(5);
  });

  it('too many that wait are refused, if the program says how many', async () => {
    const atMost = async (most: number, fn: () => unknown) => {
      if (locks.mutex('key').waiting >= most) throw new Error('too many');
      return acquire('key', fn);
    };
    const all = [atMost(1, () => sleep(20)), atMost(1, () => sleep(20))];
    await expect(atMost(1, () => {})).rejects.toThrow('too many');
    await settled(Promise.all(all));
  });

  it('nobody is refused for too many by itself', async () => {
    const all = Array.from({ length: 2000 }, () => acquire('key', () => {}));
    await settled(Promise.all(all));
  });

  it('with a timeout of 0, nobody waits', async () => {
    const first = acquire('key', () => sleep(20), { timeout: 0 });
    await expect(acquire('key', () => {}, { timeout: 0 })).rejects.toThrow('timed out after 0 ms');
    await settled(first);
  });

  it('the promise is a native one', () => {
    expect(acquire('key', () => {})).toBeInstanceOf(Promise);
    expect(acquire(['key'], () => {})).toBeInstanceOf(Promise);
  });

  it('a function of three keys that returns no promise is no error, twice', async () => {
    const fn = vi.fn(() => 5);
    expect(await Promise.all([acquire(['A', 'B', 'C'], fn), acquire(['A', 'B', 'C'], fn)])).toEqual([5, 5]);
    expect(fn).toHaveBeenCalledTimes(2);
  });

  it('a request may skip the queue', async () => {
    const log: number[] = [];
    const step = (number: number) => async () => {
      await sleep(20);
      log.push(number);
    };
    const all = [acquire('key', step(1)), acquire('key', step(2)), acquire('key', step(3), { priority: 1 })];
    await settled(Promise.all(all));
    expect(log).toEqual([1, 3, 2]);
  });

  it.each([[[]], [['key']], [['key', 'key']]])(
    'the result of the function is passed on, with the keys %j',
    async (keys) => {
      expect(await acquire(keys, async () => 'result')).toBe('result');
    },
  );

  it('the list of keys is not changed', async () => {
    const keys = [1, 2, 3];
    await acquire(keys, () => {});
    expect(keys).toEqual([1, 2, 3]);
  });

  describe('what is refused here has a replacement', () => {
    it('maxOccupationTime: a signal ends the wait, and asks the work to end', async () => {
      const limited = <R>(ms: number, fn: (signal: AbortSignal) => R) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error('too long')), ms);
        return acquire('key', () => fn(controller.signal), { signal: controller.signal });
      };
      const work = (signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      const log: string[] = [];
      const note = (what: string) => (error: Error) => log.push(`${what}: ${error.message}`);
      const all = [
        limited(20, work).catch(note('work')),
        limited(10, () => {}).catch(note('wait')),
        acquire('key', () => log.push('next')),
      ];
      await settled(Promise.all(all));
      expect([log[0], log.toSorted()]).toEqual(['wait: too long', ['next', 'wait: too long', 'work: too long']]);
    });

    it('maxExecutionTime: a signal that is made when the work starts asks it to end, and the next one waits for that', async () => {
      const limited = <R>(ms: number, fn: (signal: AbortSignal) => R) =>
        acquire('key', () => {
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(new Error('too long')), ms);
          return Promise.resolve(fn(controller.signal)).finally(() => clearTimeout(timer));
        });
      const work = (ms: number) => (signal: AbortSignal) =>
        new Promise<string>((resolve, reject) => {
          expect(++inside).toBe(1);
          const end = (settle: () => void) => {
            inside--;
            settle();
          };
          const timer = setTimeout(end, ms, () => resolve('done'));
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            end(() => reject(signal.reason));
          });
        });
      let inside = 0;
      // The last ones wait for longer than they may work.
      const all = [1, 20, 1, 20, 1, 20].map((ms) => limited(10, work(ms)));
      const outcomes = await settled(Promise.allSettled(all));
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true, false]);
      expect(inside).toBe(0);
    });

    it('domainReentrant: functions that lock call functions that do not', async () => {
      const log: string[] = [];
      const write = async (line: string) => log.push(line);
      const add = (line: string) => acquire('key', () => write(line));
      const addBoth = (one: string, other: string) =>
        acquire('key', async () => {
          await write(one);
          await write(other);
        });
      await Promise.all([add('a'), addBoth('b', 'c'), add('d')]);
      expect(log).toEqual(['a', 'b', 'c', 'd']);
    });
  });
});
