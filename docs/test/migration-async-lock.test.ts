// What docs/migration/async-lock.md says is different, on both.
import { createRequire } from 'node:module';
import { Mutex } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const AsyncLock = require('async-lock');

const forEver = () => new Promise<never>(() => {});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('takes the result of a function that has a parameter', async () => {
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

it('lets as many wait as come', async () => {
  const lock = new AsyncLock();
  lock.acquire('key', forEver);
  for (let i = 0; i < 1000; i++) lock.acquire('key', forEver);
  await expect(lock.acquire('key', forEver)).rejects.toThrow('Too many pending tasks');

  const mutex = new Mutex();
  mutex.tryLock();
  for (let i = 0; i < 1001; i++) void mutex.lock();
  expect(mutex.waiting).toBe(1001);
});

it('takes a request that has timed out out of the line', async () => {
  const lock = new AsyncLock({ maxPending: 1 });
  lock.acquire('key', forEver);
  const timedOut = expect(lock.acquire('key', forEver, { timeout: 10 })).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await timedOut;
  await expect(lock.acquire('key', forEver)).rejects.toThrow('Too many pending tasks');

  const mutex = new Mutex();
  mutex.tryLock();
  const givenUp = expect(mutex.lock({ timeout: 10 })).rejects.toThrow('timed out');
  await vi.advanceTimersByTimeAsync(10);
  await givenUp;
  expect(mutex.waiting).toBe(0);
});

it('takes a time limit of 0 for one', async () => {
  const settled = vi.fn();
  const lock = new AsyncLock();
  lock.acquire('key', forEver);
  lock.acquire('key', forEver, { timeout: 0 }).finally(settled);
  await vi.advanceTimersByTimeAsync(1000);
  expect(settled).not.toHaveBeenCalled();

  const mutex = new Mutex();
  mutex.tryLock();
  await expect(mutex.sandbox(forEver, { timeout: 0 })).rejects.toThrow('timed out after 0 ms');
});

it('keeps the order of those who go before the line', async () => {
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

it('would have two inside with a limit such as maxExecutionTime', async () => {
  const lock = new AsyncLock({ maxExecutionTime: 10 });
  const second = vi.fn<() => void>();
  const tooLong = expect(lock.acquire('key', forEver)).rejects.toThrow('Maximum execution time');
  lock.acquire('key', second);
  await vi.advanceTimersByTimeAsync(10);
  await tooLong;
  expect(second).toHaveBeenCalledOnce();
});

it('makes the same caller wait', async () => {
  const inner = vi.fn<() => void>();
  const lock = new AsyncLock();
  lock.acquire('key', () => lock.acquire('key', inner));
  const mutex = new Mutex();
  void mutex.sandbox(() => mutex.sandbox(inner));
  await vi.advanceTimersByTimeAsync(1000);
  expect(inner).not.toHaveBeenCalled();
});

it('is for keys in one order, since in different ones two callers wait for ever', async () => {
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
