// Checks the differences listed in docs/migration/async-lock.md, on both libraries.
import { createRequire } from 'node:module';
import { Mutex } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const AsyncLock = require('async-lock');

const forever = () => new Promise<never>(() => {});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('returns the result of a function that has a parameter', async () => {
  const settled = vi.fn();
  const fn = (_unused: unknown) => 'result';
  new AsyncLock().acquire('key', fn).finally(settled);
  await vi.advanceTimersByTimeAsync(1000);
  expect(settled).not.toHaveBeenCalled();
  expect(await new Mutex().sandbox(fn as () => string)).toBe('result');
});

it('rejects with falsy reasons', async () => {
  const fail = () => Promise.reject(0);
  expect(await new AsyncLock().acquire('key', fail)).toBeUndefined();
  await expect(new Mutex().sandbox(fail)).rejects.toBe(0);
});

it('does not limit the number of waiters', async () => {
  const lock = new AsyncLock();
  lock.acquire('key', forever);
  for (let i = 0; i < 1000; i++) lock.acquire('key', forever);
  await expect(lock.acquire('key', forever)).rejects.toThrow('Too many pending tasks');

  const mutex = new Mutex();
  mutex.tryLock();
  for (let i = 0; i < 1001; i++) void mutex.lock();
  expect(mutex.waiting).toBe(1001);
});

it('removes a request that times out from the line', async () => {
  const lock = new AsyncLock({ maxPending: 1 });
  lock.acquire('key', forever);
  const timedOut = expect(lock.acquire('key', forever, { timeout: 10 })).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await timedOut;
  await expect(lock.acquire('key', forever)).rejects.toThrow('Too many pending tasks');

  const mutex = new Mutex();
  mutex.tryLock();
  const givenUp = expect(mutex.lock({ timeout: 10 })).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await givenUp;
  expect(mutex.waiting).toBe(0);
});

it('treats a timeout of 0 as a limit', async () => {
  const settled = vi.fn();
  const lock = new AsyncLock();
  lock.acquire('key', forever);
  lock.acquire('key', forever, { timeout: 0 }).finally(settled);
  await vi.advanceTimersByTimeAsync(1000);
  expect(settled).not.toHaveBeenCalled();

  const mutex = new Mutex();
  mutex.tryLock();
  await expect(mutex.sandbox(forever, { timeout: 0 })).rejects.toThrow('timed out after 0 ms');
});

it('keeps the order of requests with the same priority', async () => {
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
  const mutex = new Mutex();
  const before = await order((fn, isFirst) => mutex.sandbox(fn, { priority: isFirst ? 1 : 0 }));
  expect(before).toEqual(['one', 'two', 'last']);
});

it('has no maxExecutionTime, which allows two holders', async () => {
  const lock = new AsyncLock({ maxExecutionTime: 10 });
  const second = vi.fn<() => void>();
  const tooLong = expect(lock.acquire('key', forever)).rejects.toThrow('Maximum execution time');
  lock.acquire('key', second);
  await vi.advanceTimersByTimeAsync(10);
  await tooLong;
  expect(second).toHaveBeenCalledOnce();
});

it('makes a caller that holds the lock wait', async () => {
  const inner = vi.fn<() => void>();
  const lock = new AsyncLock();
  lock.acquire('key', () => lock.acquire('key', inner));
  const mutex = new Mutex();
  void mutex.sandbox(() => mutex.sandbox(inner));
  await vi.advanceTimersByTimeAsync(1000);
  expect(inner).not.toHaveBeenCalled();
});

it('needs several keys in one order, because callers with different orders wait forever', async () => {
  const entered = vi.fn<() => void>();
  const lock = new AsyncLock();
  let leave = () => {};
  lock.acquire('b', () => new Promise<void>((resolve) => (leave = resolve)));
  lock.acquire(['b', 'a'], entered);
  lock.acquire(['a', 'b'], entered);
  leave();
  await vi.advanceTimersByTimeAsync(1000);
  expect(entered).not.toHaveBeenCalled();
});
