// Checks the differences listed in docs/migration/locks.md, on both libraries.
import { createRequire } from 'node:module';
import { createBarrier, createMutex, createReadWriteLock, createSemaphore } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const locks = require('locks');

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("does not let a reader overtake a waiting writer, except with the policy 'readers'", () => {
  const isPassed = (lock: ReturnType<typeof createReadWriteLock>) => {
    const reader = vi.fn<() => void>();
    lock.tryReadLock();
    lock.writeLock(() => {});
    lock.readLock(reader);
    return reader.mock.calls.length === 1;
  };
  expect(isPassed(locks.createReadWriteLock())).toBe(true);
  expect(isPassed(createReadWriteLock())).toBe(false);
  expect(isPassed(createReadWriteLock({ policy: 'readers' }))).toBe(true);
});

it('removes a request that times out from the line, and rejects it with a TimeoutError', () => {
  const before = locks.createMutex();
  const told = vi.fn<(error?: unknown) => void>();
  before.tryLock();
  before.timedLock(10, told);
  const after = createMutex();
  after.tryLock();
  after.lock(told, 10);

  vi.advanceTimersByTime(10);
  expect(told.mock.calls.map(([error]) => (error as Error).name)).toEqual(['Error', 'TimeoutError']);
  expect(before._waiting).toHaveLength(1);
  expect(after.waiting).toBe(0);
});

it('times out before the call returns if the timeout is 0', () => {
  const told = vi.fn<() => void>();
  const before = locks.createMutex();
  before.tryLock();
  before.timedLock(0, told);
  expect(told).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(told).toHaveBeenCalledOnce();

  const after = createMutex();
  after.tryLock();
  after.lock(told, 0);
  expect(told).toHaveBeenCalledTimes(2);
});

it('creates a semaphore of 0', () => {
  const taken = vi.fn<() => void>();
  locks.createSemaphore(0).wait(taken);
  expect(taken).toHaveBeenCalledOnce();
  createSemaphore(0).take(taken);
  expect(taken).toHaveBeenCalledOnce();
});

it('does not turn an extra release into a permit', () => {
  const before = locks.createSemaphore(1);
  before.signal();
  expect(before._count).toBe(2);

  const after = createSemaphore(1);
  expect(() => after.release()).toThrow('but only 0 were taken');
  expect(after.available).toBe(1);
});

it('does not throw the error of a waiting callback at the caller of unlock', () => {
  const uncaught = vi.fn();
  vi.stubGlobal('reportError', uncaught);
  const unlock = (mutex: ReturnType<typeof createMutex>) => {
    mutex.tryLock();
    mutex.lock(() => {
      throw new Error('from the callback');
    });
    mutex.unlock();
  };
  expect(() => unlock(locks.createMutex())).toThrow('from the callback');
  expect(() => unlock(createMutex())).not.toThrow();
  expect(uncaught).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

it('does not overflow the stack with callbacks that unlock', () => {
  const chain = (mutex: ReturnType<typeof createMutex>) => {
    mutex.tryLock();
    for (let i = 0; i < 50_000; i++) mutex.lock(() => mutex.unlock());
    mutex.unlock();
  };
  expect(() => chain(locks.createMutex())).toThrow(RangeError);
  expect(() => chain(createMutex())).not.toThrow();
});

it('returns a promise without a callback', async () => {
  const before = locks.createMutex();
  expect(() => before.lock()).toThrow(TypeError);
  expect(before.isLocked).toBe(true);
  await expect(createMutex().lock()).resolves.toBeUndefined();
});

it('ends only the wait of a condition that throws', () => {
  const change = (state: ReturnType<typeof createBarrier<string>>) => {
    const log: string[] = [];
    state.wait(
      (value) => {
        if (value === 'b') throw new Error('from the condition');
        return false;
      },
      (error) => log.push(String(error)),
    );
    state.wait('b', () => log.push('b'));
    try {
      state.set('b');
    } catch (error) {
      log.push(`set throws: ${String(error)}`);
    }
    return log;
  };
  expect(change(locks.createCondVariable('a'))).toEqual(['set throws: Error: from the condition']);
  expect(change(createBarrier('a'))).toEqual(['Error: from the condition', 'b']);
});

it('tests only strings with a RegExp', () => {
  const matched = vi.fn<() => void>();
  locks.createCondVariable(5).wait(/5/, matched);
  expect(matched).toHaveBeenCalledOnce();
  createBarrier<unknown>(5).wait(/5/, matched);
  expect(matched).toHaveBeenCalledOnce();
});

it('passes the value to the callback', () => {
  const matched = vi.fn<() => void>();
  locks.createCondVariable('a').wait('a', matched);
  createBarrier('a').wait('a', matched);
  expect(matched.mock.calls).toEqual([[], [undefined, 'a']]);
});

it('makes isLocked read-only', () => {
  const before = locks.createMutex();
  before.isLocked = true;
  expect(before.isLocked).toBe(true);
  expect(() => Object.assign(createMutex(), { isLocked: true })).toThrow(TypeError);
});
