// Checks the differences listed in docs/migration/async-mutex.md, on both libraries.
import * as peer from 'async-mutex';
import {
  AbortError,
  type Guard,
  InvalidStateError,
  type Lockable,
  Mutex,
  type PermitOptions,
  Semaphore,
  TimeoutError,
} from 'valvekit';
import { afterEach, beforeEach, expect, expectTypeOf, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('does not release the hold of another caller', async () => {
  const before = new peer.Mutex();
  await before.acquire();
  const second = before.acquire();
  before.release();
  await second;
  before.release(); // by the first caller, again
  expect(before.isLocked()).toBe(false); // although the second caller still holds it

  const after = new Mutex();
  await after.acquire();
  expect(() => after.unlock()).toThrow('only they can release it');
});

it('throws when a free mutex is unlocked', () => {
  expect(() => new peer.Mutex().release()).not.toThrow();
  expect(() => new Mutex().unlock()).toThrow(InvalidStateError);
});

it('does not turn an extra release into a permit', () => {
  const before = new peer.Semaphore(1);
  before.release();
  expect(before.getValue()).toBe(2);

  const after = new Semaphore(1);
  expect(() => after.release()).toThrow(InvalidStateError);
  expect(after.available).toBe(1);
});

it('admits the waiters behind a request that times out', async () => {
  const passed = vi.fn<() => void>();
  const before = new peer.Semaphore(2);
  await before.acquire();
  const refused = expect(peer.withTimeout(before, 10).acquire(2)).rejects.toBe(peer.E_TIMEOUT);
  void before.acquire().then(passed);
  await vi.advanceTimersByTimeAsync(10);
  await refused;
  expect(passed).not.toHaveBeenCalled();

  const after = new Semaphore(2);
  await after.take();
  const givenUp = expect(after.take({ permits: 2, timeout: 10 })).rejects.toThrow('timed out after 10 ms');
  void after.take().then(passed);
  await vi.advanceTimersByTimeAsync(10);
  await givenUp;
  expect(passed).toHaveBeenCalledOnce();
});

it('rejects a request for more permits than there are', async () => {
  const granted = vi.fn<() => void>();
  const before = new peer.Semaphore(2);
  await before.acquire();
  void before.acquire(3).then(granted);
  void before.acquire().then(granted);
  await vi.advanceTimersByTimeAsync(1000);
  expect(granted).not.toHaveBeenCalled();

  await expect(new Semaphore(2).take({ permits: 3 })).rejects.toThrow(RangeError);
});

it('creates a new error for each timeout, which names the operation', async () => {
  const errors = async (wait: () => Promise<unknown>) => {
    const waits = [wait(), wait()].map((promise) => promise.catch((error: Error) => error));
    await vi.advanceTimersByTimeAsync(10);
    return Promise.all(waits);
  };
  const before = new peer.Mutex();
  await before.acquire();
  const [one, other] = await errors(() => peer.withTimeout(before, 10).acquire());
  expect(one).toBe(other);

  const after = new Mutex();
  await after.lock();
  const [first, second] = await errors(() => after.lock({ timeout: 10 }));
  expect(first).not.toBe(second);
  expect(first).toMatchObject({ name: 'TimeoutError', message: 'Mutex: lock() timed out after 10 ms' });
});

it('decides a try immediately', async () => {
  const before = new peer.Mutex();
  const release = await before.acquire();
  const attempt = peer.tryAcquire(before).acquire();
  release();
  await expect(attempt).resolves.toBeTypeOf('function');

  const after = new Mutex();
  const guard = await after.acquire();
  expect(after.tryAcquire()).toBeUndefined();
  const refused = after.sandbox(() => {}, { timeout: 0 });
  guard.release();
  await expect(refused).rejects.toThrow('timed out after 0 ms');
});

it('does not time out early if the timeout is too long for a timer', async () => {
  const before = peer.withTimeout(new peer.Mutex(), 2 ** 31);
  await before.acquire();
  const early = expect(before.acquire()).rejects.toBe(peer.E_TIMEOUT);
  await vi.advanceTimersByTimeAsync(1);
  await early;

  const after = new Mutex();
  await after.lock();
  void after.lock({ timeout: 2 ** 31 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(after.waiting).toBe(1);
});

it('starts the function before it returns if the lock is free', async () => {
  const fn = vi.fn<() => void>();
  const later = new peer.Mutex().runExclusive(fn);
  expect(fn).not.toHaveBeenCalled();
  await later;
  const sooner = new Mutex().sandbox(fn);
  expect(fn).toHaveBeenCalledTimes(2);
  await sooner;
});

it('accepts only whole numbers of permits', async () => {
  expect(new peer.Semaphore(1.5).getValue()).toBe(1.5);
  expect(() => new Semaphore(1.5)).toThrow(RangeError);

  const before = new peer.Semaphore(1);
  await Promise.all([before.acquire(0.5), before.acquire(0.5)]);
  await expect(new Semaphore(1).acquire({ permits: 0.5 })).rejects.toThrow(RangeError);
});

it('can set the free permits like setValue, through the capacity', async () => {
  const before = new peer.Semaphore(3);
  await before.acquire(2);
  before.setValue(5);
  const after = new Semaphore(3);
  await after.take({ permits: 2 });
  after.capacity += 5 - after.available;
  expect([before.getValue(), after.available]).toEqual([5, 5]);
});

it('can wait for its turn like waitForUnlock, with an empty sandbox', async () => {
  const unlocked = vi.fn<() => void>();
  const before = new peer.Mutex();
  const after = new Mutex();
  await before.acquire();
  await after.lock();
  void before.waitForUnlock().then(unlocked);
  void after.sandbox(() => {}).then(unlocked);
  await vi.advanceTimersByTimeAsync(0);
  expect(unlocked).not.toHaveBeenCalled();

  before.release();
  after.unlock();
  await vi.advanceTimersByTimeAsync(0);
  expect(unlocked).toHaveBeenCalledTimes(2);
  expect([before.isLocked(), after.isLocked]).toEqual([false, false]);
});

it('takes the error of a cancellation from cancel(), and an error in the constructor for options', async () => {
  const error = new Error('mine');
  const before = [new peer.Mutex(error), new peer.Semaphore(0, error)];
  const mutex = new Mutex(error);
  const after = [mutex, new Semaphore(0, error)];
  await before[0]?.acquire();
  await mutex.lock();

  const waitsBefore = before.map((lock) => lock.acquire());
  for (const lock of before) lock.cancel();
  for (const wait of waitsBefore) await expect(wait).rejects.toBe(error);

  const named = after.map((lock) => lock.acquire());
  for (const lock of after) lock.cancel();
  for (const wait of named) await expect(wait).rejects.toThrow(AbortError);
  await expect(named[0]).rejects.toThrow('Mutex "Error": cancel() ended the wait');

  const converted = after.map((lock) => lock.acquire());
  for (const lock of after) lock.cancel(error);
  for (const wait of converted) await expect(wait).rejects.toBe(error);
});

it('can fail with an error of its own, like withTimeout and tryAcquire', async () => {
  const error = new Error('mine');
  const before = new peer.Mutex();
  const after = new Mutex();
  await before.acquire();
  await after.lock();

  const instead = (thrown: unknown) => {
    throw thrown instanceof TimeoutError ? error : thrown;
  };
  const timedOut = [
    peer.withTimeout(before, 10, error).acquire(),
    after.acquire({ timeout: 10 }).catch(instead),
    peer.tryAcquire(before, error).acquire(),
    after.sandbox(() => {}, { timeout: 0 }).catch(instead),
  ].map((wait) => expect(wait).rejects.toBe(error));
  await vi.advanceTimersByTimeAsync(10);
  await Promise.all(timedOut);
});

it('rejects waiters that need more permits than a lower capacity, and has no negative capacity', async () => {
  const settled = vi.fn<() => void>();
  const before = new peer.Semaphore(3);
  await before.acquire();
  void before.acquire(3).finally(settled);
  before.setValue(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(settled).not.toHaveBeenCalled();
  before.setValue(-3);
  expect(before.getValue()).toBe(-3);

  const after = new Semaphore(3);
  await after.take();
  const heavier = after.take({ permits: 3 });
  after.capacity += 1 - after.available;
  await expect(heavier).rejects.toThrow('permits must be at most the capacity, 2, but is 3');
  after.capacity += -1 - after.available; // one permit is taken, so this is a capacity of 0
  expect(after.available).toBe(-1);
  void after.take({ permits: 3 });
  expect(after.waiting).toBe(1); // in a pause
  expect(() => (after.capacity += -3 - after.available)).toThrow(RangeError);
});

it('has types for the interfaces', () => {
  expectTypeOf(new Mutex()).toExtend<Lockable>();
  expectTypeOf(new Semaphore(1)).toExtend<Lockable<Guard, PermitOptions>>();
  expectTypeOf(new Mutex().acquire()).resolves.toEqualTypeOf<Guard>();
  expectTypeOf(new Semaphore(1).acquire({ permits: 1 })).resolves.toEqualTypeOf<Guard>();
});
