// Checks the differences listed in docs/migration/p-limit.md, on both libraries.
import pLimit from 'p-limit';
import { AbortError, map, Semaphore } from 'valvekit';
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
  return [(source, fn) => limit.map(source, fn), (source, fn) => map(semaphore, source, fn)];
};

const forever = () => new Promise<never>(() => {});

it('reads one item ahead of its permits', () => {
  const pulled = maps(2).map((mapAll) => {
    let count = 0;
    function* source() {
      while (count < 5) yield ++count;
    }
    void mapAll(source(), forever);
    return count;
  });
  expect(pulled).toEqual([5, 3]);
});

it('maps async iterables', async () => {
  async function* source() {
    yield 'a';
  }
  expect(await pLimit(1).map(source() as never, (item) => item)).toEqual([]);
  expect(await map(new Semaphore(1), source(), (item) => item)).toEqual(['a']);
});

it('starts no more calls after a failure', async () => {
  const started = maps(1).map(async (mapAll) => {
    const log: number[] = [];
    const failed = mapAll([1, 2, 3], async (item) => {
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

it('rejects the waiters when it cancels', async () => {
  const settled = vi.fn();
  const limit = pLimit(1);
  void limit(forever);
  await vi.advanceTimersByTimeAsync(0);
  void limit(forever).finally(settled);
  limit.clearQueue();
  await vi.advanceTimersByTimeAsync(1000);
  expect([limit.pendingCount, settled.mock.calls.length]).toEqual([0, 0]);

  const rejecting = pLimit({ concurrency: 1, rejectOnClear: true });
  void rejecting(forever);
  await vi.advanceTimersByTimeAsync(0);
  const cleared = rejecting(forever);
  rejecting.clearQueue();
  await expect(cleared).rejects.toMatchObject({ name: 'AbortError', constructor: DOMException });

  const semaphore = new Semaphore(1);
  void semaphore.sandbox(forever);
  const cancelled = semaphore.sandbox(forever);
  semaphore.cancel();
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError', constructor: AbortError });
});

it('starts the function before it returns if there is a free permit', async () => {
  const fn = vi.fn<() => void>();
  const later = pLimit(1)(fn);
  expect(fn).not.toHaveBeenCalled();
  await later;
  const sooner = new Semaphore(1).sandbox(fn);
  expect(fn).toHaveBeenCalledTimes(2);
  await sooner;
});

it('admits the next calls before the assignment of a higher limit returns', async () => {
  const second = vi.fn(forever);
  const limit = pLimit(1);
  void limit(forever);
  void limit(second);
  await vi.advanceTimersByTimeAsync(0);
  limit.concurrency = 2;
  expect(second).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(0);
  expect(second).toHaveBeenCalledOnce();

  const semaphore = new Semaphore(1);
  void semaphore.sandbox(forever);
  void semaphore.sandbox(second);
  semaphore.capacity = 2;
  expect(second).toHaveBeenCalledTimes(2);
});

it('treats 0 as a pause', () => {
  expect(() => pLimit(0)).toThrow(TypeError);
  expect(new Semaphore(0).tryTake()).toBe(false);
});

it('counts active and pending calls', async () => {
  const limit = pLimit(2);
  const semaphore = new Semaphore(2);
  for (let i = 0; i < 3; i++) {
    void limit(forever);
    void semaphore.sandbox(forever);
  }
  await vi.advanceTimersByTimeAsync(0);
  expect([limit.activeCount, limit.pendingCount]).toEqual([2, 1]);
  expect([semaphore.capacity - semaphore.available, semaphore.waiting]).toEqual([2, 1]);
});

it('cannot count active calls without a limit', async () => {
  const limit = pLimit(Number.POSITIVE_INFINITY);
  void limit(forever);
  await vi.advanceTimersByTimeAsync(0);
  expect(limit.activeCount).toBe(1);

  const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
  void semaphore.sandbox(forever);
  expect(semaphore.capacity - semaphore.available).toBeNaN();
});

it('has at most one waiter for a running map', async () => {
  const limit = pLimit(1);
  const semaphore = new Semaphore(1);
  void limit.map([1, 2, 3, 4], forever);
  void map(semaphore, [1, 2, 3, 4], forever);
  await vi.advanceTimersByTimeAsync(0);
  expect([limit.pendingCount, semaphore.waiting]).toEqual([3, 1]);
});

it('lets other callers take turns with a map', async () => {
  const limit = pLimit(1);
  const semaphore = new Semaphore(1);
  const log: unknown[][] = [[], []];
  const note = (which: number) => async (item: unknown) => log[which]?.push(item);
  const all = [
    limit.map([1, 2, 3, 4], note(0)),
    limit(note(0), 'other'),
    map(semaphore, [1, 2, 3, 4], note(1)),
    semaphore.sandbox(() => note(1)('other')),
  ];
  await Promise.all(all);
  expect(log).toEqual([
    [1, 2, 3, 4, 'other'],
    [1, 2, 'other', 3, 4],
  ]);
});
