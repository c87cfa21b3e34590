// Checks the differences listed in docs/migration/es-toolkit.md, on both libraries.
import * as peer from 'es-toolkit';
import { InvalidStateError, Mutex, Semaphore } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('throws on a second release once a guard holds the lock', async () => {
  const before = new peer.Mutex();
  await before.acquire();
  const second = before.acquire();
  before.release();
  await second;
  before.release();
  expect(before.isLocked).toBe(false); // although the second caller still holds it

  const after = new Mutex();
  await after.lock();
  const guard = after.acquire();
  after.unlock();
  await guard;
  expect(() => after.unlock()).toThrow(InvalidStateError);
});

it('throws when a free lock is unlocked', () => {
  expect(() => new peer.Mutex().release()).not.toThrow();
  expect(() => new peer.Semaphore(1).release()).not.toThrow();
  expect(() => new Mutex().unlock()).toThrow(InvalidStateError);
  expect(() => new Semaphore(1).release()).toThrow(InvalidStateError);
});

it('does not grant the lock to a request that no longer waits', async () => {
  const before = new peer.Mutex();
  await before.acquire();
  const tooLate = expect(peer.withTimeout(() => before.acquire(), 10)).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await tooLate;
  before.release();
  expect(before.isLocked).toBe(true);

  const after = new Mutex();
  await after.lock();
  const givenUp = expect(after.lock({ timeout: 10 })).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await givenUp;
  after.unlock();
  expect(after.isLocked).toBe(false);
});

it('admits waiters when the capacity is raised', async () => {
  const entered = vi.fn<() => void>();
  const before = new peer.Semaphore(1);
  await before.acquire();
  void before.acquire().then(entered);
  before.capacity = 5;
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).not.toHaveBeenCalled();

  const after = new Semaphore(1);
  await after.take();
  void after.take().then(entered);
  after.capacity = 5;
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).toHaveBeenCalledOnce();
});

it('throws if the capacity is not a valid number', () => {
  expect(() => [new peer.Semaphore(-1), new peer.Semaphore('2' as never)]).not.toThrow();
  expect(() => new Semaphore(-1)).toThrow(RangeError);
  expect(() => new Semaphore('2' as never)).toThrow(TypeError);
});
