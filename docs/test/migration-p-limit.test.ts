// What docs/migration/p-limit.md says is different, on both.
import pLimit from 'p-limit';
import { AbortError, Semaphore } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

type Map = <T>(source: Iterable<T>, fn: (item: T) => Promise<unknown>) => Promise<unknown>;

const maps = (n: number): Map[] => {
  const limit = pLimit(n);
  const semaphore = new Semaphore(n);
  return [(source, fn) => limit.map(source, fn), (source, fn) => semaphore.map(source, fn)];
};

const forEver = () => new Promise<never>(() => {});

it('pulls an item when it has a permit for it', () => {
  const pulled = maps(2).map((map) => {
    let count = 0;
    function* source() {
      while (count < 5) yield ++count;
    }
    void map(source(), forEver);
    return count;
  });
  expect(pulled).toEqual([5, 2]);
});

it('maps async iterables', async () => {
  async function* source() {
    yield 'a';
  }
  expect(await pLimit(1).map(source() as never, (item) => item)).toEqual([]);
  expect(await new Semaphore(1).map(source(), (item) => item)).toEqual(['a']);
});

it('starts no more after a failure', async () => {
  const started = maps(1).map(async (map) => {
    const log: number[] = [];
    const failed = map([1, 2, 3], async (item) => {
      log.push(item);
      if (item === 2) throw new Error('two');
    });
    await expect(failed).rejects.toThrow('two');
    await vi.advanceTimersByTimeAsync(0);
    return log;
  });
  expect(await Promise.all(started)).toEqual([
    [1, 2, 3],
    [1, 2],
  ]);
});

it('rejects those who waited when it cancels', async () => {
  const settled = vi.fn();
  const limit = pLimit(1);
  void limit(forEver);
  await vi.advanceTimersByTimeAsync(0);
  void limit(forEver).finally(settled);
  limit.clearQueue();
  await vi.advanceTimersByTimeAsync(1000);
  expect([limit.pendingCount, settled.mock.calls.length]).toEqual([0, 0]);

  const rejecting = pLimit({ concurrency: 1, rejectOnClear: true });
  void rejecting(forEver);
  await vi.advanceTimersByTimeAsync(0);
  const cleared = rejecting(forEver);
  rejecting.clearQueue();
  await expect(cleared).rejects.toMatchObject({ name: 'AbortError', constructor: DOMException });

  const semaphore = new Semaphore(1);
  void semaphore.sandbox(forEver);
  const cancelled = semaphore.sandbox(forEver);
  semaphore.cancel();
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError', constructor: AbortError });
});

it('starts the function before it returns if there is a permit', async () => {
  const fn = vi.fn<() => void>();
  const later = pLimit(1)(fn);
  expect(fn).not.toHaveBeenCalled();
  await later;
  const sooner = new Semaphore(1).sandbox(fn);
  expect(fn).toHaveBeenCalledTimes(2);
  await sooner;
});

it('lets the next ones in before the assignment of a raised limit returns', async () => {
  const second = vi.fn(forEver);
  const limit = pLimit(1);
  void limit(forEver);
  void limit(second);
  await vi.advanceTimersByTimeAsync(0);
  limit.concurrency = 2;
  expect(second).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(0);
  expect(second).toHaveBeenCalledOnce();

  const semaphore = new Semaphore(1);
  void semaphore.sandbox(forEver);
  void semaphore.sandbox(second);
  semaphore.capacity = 2;
  expect(second).toHaveBeenCalledTimes(2);
});

it('takes 0 for a pause', () => {
  expect(() => pLimit(0)).toThrow(TypeError);
  expect(new Semaphore(0).tryTake()).toBe(false);
});

it('counts what is active and pending', async () => {
  const limit = pLimit(2);
  const semaphore = new Semaphore(2);
  for (let i = 0; i < 3; i++) {
    void limit(forEver);
    void semaphore.sandbox(forEver);
  }
  await vi.advanceTimersByTimeAsync(0);
  expect([limit.activeCount, limit.pendingCount]).toEqual([2, 1]);
  expect([semaphore.capacity - semaphore.available, semaphore.waiting]).toEqual([2, 1]);
});
