// Checks the differences listed in docs/migration/valvekit-0.2.md, on both versions.
import { createRequire } from 'node:module';
import * as now from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Valvekit = typeof now;
const require = createRequire(import.meta.url);
const old = require('valvekit-0.2') as Valvekit;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** The result of a program on version 0.2, and its result now. */
function both<R>(program: (valvekit: Valvekit) => R): { old: R; now: R } {
  return { old: program(old), now: program(now) };
}

/** The name of the error that a function throws, or the value that it returns. */
function outcome<R>(fn: () => R): R | string {
  try {
    return fn();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('the read/write lock', () => {
  const passing = (lock: now.Lock) => {
    const log: string[] = [];
    lock.tryReadLock();
    lock.writeLock(() => log.push('writer'));
    lock.readLock(() => log.push('reader'));
    return log;
  };

  const afterWriter = (lock: now.Lock) => {
    const log: string[] = [];
    lock.tryWriteLock();
    lock.writeLock(() => log.push('writer'));
    lock.readLock(() => log.push('reader'));
    lock.unlock();
    return log;
  };

  it('does not let a reader overtake a waiting writer', () => {
    expect(both(({ createLock }) => passing(createLock()))).toEqual({ old: ['reader'], now: [] });
  });

  it('admits the first waiter when a writer releases the lock', () => {
    expect(both(({ createLock }) => afterWriter(createLock()))).toEqual({ old: ['reader'], now: ['writer'] });
  });

  it("does both like 0.2 with the policy 'readers'", () => {
    const lock = () => now.createLock({ policy: 'readers' });
    expect([passing(lock()), afterWriter(lock())]).toEqual([['reader'], ['reader']]);
  });
});

describe('a timeout', () => {
  /** Whether a wait with this timeout has ended before the call returns, and 20 ms later. */
  const endings = (timeout: unknown) => (valvekit: Valvekit) =>
    outcome(() => {
      const mutex = valvekit.createMutex();
      const callback = vi.fn<() => void>();
      mutex.tryLock();
      mutex.lock(callback, timeout as number);
      const atOnce = callback.mock.calls.length;
      vi.advanceTimersByTime(20);
      return [atOnce, callback.mock.calls.length];
    });

  it.each([0, -5])('of %d expires immediately', (timeout) => {
    expect(both(endings(timeout))).toEqual({ old: [0, 0], now: [1, 1] });
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])('of %d ms does not expire early', (timeout) => {
    expect(both(endings(timeout))).toEqual({ old: [0, 1], now: [0, 0] });
  });

  it.each([null, '10'])('of %j throws', (timeout) => {
    expect(both(endings(timeout))).toEqual({ old: [0, 0], now: 'TypeError' });
  });

  it('that expires removes the request from the line, and calls back with the mutex as this', () => {
    const told = (valvekit: Valvekit) => {
      const mutex = valvekit.createMutex();
      const calls: unknown[] = [];
      mutex.tryLock();
      mutex.lock(function (this: unknown, error?: unknown) {
        calls.push(String(error), this === mutex);
      }, 10);
      vi.advanceTimersByTime(10);
      const { waiting, _silo_ } = mutex as now.Mutex & { _silo_?: { queue: unknown[] } };
      return [...calls, waiting ?? _silo_?.queue.length];
    };
    expect(both(told)).toEqual({
      old: ['Error: Lock timed out', false, 1],
      now: ['TimeoutError: Mutex: lock() timed out after 10 ms', true, 0],
    });
  });

  it('of a read/write lock has another error', () => {
    const errors = ({ createLock }: Valvekit) => {
      const log: string[] = [];
      const lock = createLock();
      lock.tryWriteLock();
      lock.readLock((error) => log.push(String(error)), 10);
      lock.writeLock((error) => log.push(String(error)), 10);
      vi.advanceTimersByTime(10);
      return log;
    };
    expect(both(errors)).toEqual({
      old: ['Error: ReadLock timed out', 'Error: WriteLock timed out'],
      now: [
        'TimeoutError: ReadWriteLock: readLock() timed out after 10 ms',
        'TimeoutError: ReadWriteLock: writeLock() timed out after 10 ms',
      ],
    });
  });
});

describe('incorrect use', () => {
  it('by unlocking a free lock has the same message', () => {
    const message = (valvekit: Valvekit) => {
      const mutex = valvekit.createMutex();
      expect(() => mutex.unlock()).toThrow('Mutex is not locked');
      return outcome(() => mutex.unlock());
    };
    expect(both(message)).toEqual({ old: 'Error', now: 'InvalidStateError' });
  });

  it('by locking without a callback does not leave the mutex locked forever', async () => {
    const mutex = old.createMutex();
    expect(outcome(() => mutex.lock())).toBe('TypeError');
    expect(mutex.isLocked).toBe(true);
    await expect(now.createMutex().lock()).resolves.toBeUndefined();
  });
});

describe('a callback that waits', () => {
  it('and throws does not throw at the caller of unlock', () => {
    vi.useRealTimers();
    const uncaught = vi.fn();
    vi.stubGlobal('reportError', uncaught);
    const unlocking = ({ createMutex }: Valvekit) => {
      const mutex = createMutex();
      mutex.tryLock();
      mutex.lock(() => {
        throw new RangeError();
      });
      return outcome(() => mutex.unlock());
    };
    expect(both(unlocking)).toEqual({ old: 'RangeError', now: undefined });
    expect(uncaught).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });

  it('and unlocks does not overflow the stack, however many there are', () => {
    const chain = ({ createMutex }: Valvekit) => {
      const mutex = createMutex();
      mutex.tryLock();
      for (let i = 0; i < 50_000; i++) mutex.lock(() => mutex.unlock());
      return outcome(() => mutex.unlock());
    };
    expect(both(chain)).toEqual({ old: 'RangeError', now: undefined });
  });
});

describe('the semaphore', () => {
  const capacity = (value: unknown) => (valvekit: Valvekit) =>
    outcome(() => valvekit.createSemaphore(value as number).capacity);

  it.each([
    [0, 1, 0],
    [undefined, 1, 1],
    [null, 1, 'TypeError'],
    [Number.NaN, 1, 'RangeError'],
    [-1, -1, 'RangeError'],
    [1.5, 1.5, 'RangeError'],
    ['3', '3', 'TypeError'],
  ])('for %j had a capacity of %j, and has %j', (value, before, after) => {
    expect(both(capacity(value))).toEqual({ old: before, now: after });
  });

  it('does not turn an extra release into a permit', () => {
    const released = ({ createSemaphore }: Valvekit) => {
      const semaphore = createSemaphore(1);
      return [outcome(() => semaphore.release()), semaphore.available];
    };
    expect(both(released)).toEqual({ old: [undefined, 2], now: ['InvalidStateError', 1] });
  });

  it('has 0 permits available while requests wait, not a negative number', () => {
    const available = ({ createSemaphore }: Valvekit) => {
      const semaphore = createSemaphore(1);
      for (let i = 0; i < 3; i++) semaphore.take(() => {});
      return [semaphore.available, semaphore.waiting];
    };
    expect(both(available)).toEqual({ old: [-2, 2], now: [0, 2] });
  });

  it('starts a sandbox immediately, and returns a native promise', async () => {
    vi.useRealTimers();
    const started = ({ createSemaphore }: Valvekit) => {
      const fn = vi.fn<() => void>();
      const promise = createSemaphore(1).sandbox(fn);
      return { calls: fn.mock.calls.length, isNative: promise instanceof Promise, promise };
    };
    const { old: before, now: after } = both(started);
    expect([before.calls, before.isNative]).toEqual([0, false]);
    expect([after.calls, after.isNative]).toEqual([1, true]);
    await Promise.all([before.promise, after.promise]);
  });
});

describe('the barrier', () => {
  it('tests only strings with a RegExp', () => {
    const matched = ({ createBarrier }: Valvekit) => {
      const callback = vi.fn<() => void>();
      createBarrier(5 as unknown).wait(/5/, callback);
      return callback.mock.calls.length;
    };
    expect(both(matched)).toEqual({ old: 1, now: 0 });
  });

  it('passes the error of a condition that throws to its callback', () => {
    const told = ({ createBarrier }: Valvekit) => {
      const callback = vi.fn();
      const condition = () => {
        throw new RangeError();
      };
      return [outcome(() => createBarrier('a').wait(condition, callback)), callback.mock.calls.length];
    };
    expect(both(told)).toEqual({ old: ['RangeError', 0], now: [undefined, 1] });
  });

  it('copies lists, and throws on empty ones', () => {
    const matched = ({ createBarrier }: Valvekit) => {
      const barrier = createBarrier('a');
      const callback = vi.fn<() => void>();
      const list = ['b'];
      barrier.wait(list, callback);
      list.push('c');
      barrier.set('c');
      return [callback.mock.calls.length, outcome(() => barrier.wait([], callback))];
    };
    expect(both(matched)).toEqual({ old: [1, undefined], now: [0, 'RangeError'] });
  });

  it('passes the ticket to the callback', () => {
    const handed = ({ createBarrier }: Valvekit) => {
      const callback = vi.fn<() => void>();
      createBarrier('a').wait('a', callback);
      return callback.mock.calls;
    };
    expect(both(handed)).toEqual({ old: [[]], now: [[undefined, 'a']] });
  });

  it('runs the callbacks of the first set first', () => {
    const order = ({ createBarrier }: Valvekit) => {
      const barrier = createBarrier('a');
      const log: string[] = [];
      barrier.wait('b', () => barrier.set('c'));
      barrier.wait('b', () => log.push('b'));
      barrier.wait('c', () => log.push('c'));
      barrier.set('b');
      return log.join();
    };
    expect(both(order)).toEqual({ old: 'c,b', now: 'b,c' });
  });
});
