// Checks the differences listed in docs/migration/p-map.md, on both libraries.
import pMap, { pMapIterable } from 'p-map';
import { map, Semaphore, stream } from 'valvekit';
import { expect, it, vi } from 'vitest';

type Fn = (item: number, index: number) => unknown;
type Items = Iterable<number> | AsyncIterable<number>;
type MapAll = (items: Items, fn: Fn, signal?: AbortSignal) => Promise<unknown[]>;

const both = (concurrency: number): MapAll[] => [
  (items, fn, signal) => pMap(items, fn, { concurrency, signal }),
  (items, fn, signal) => map(new Semaphore(concurrency), items, fn, { signal }),
];

const forever = () => new Promise<never>(() => {});
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('shares the limit if calls share the lock', async () => {
  const semaphore = new Semaphore(1);
  const started = [(fn: Fn) => pMap([1], fn, { concurrency: 1 }), (fn: Fn) => map(semaphore, [1], fn)].map(
    async (mapAll) => {
      const fn = vi.fn(forever);
      void mapAll(fn);
      void mapAll(fn);
      await turn();
      return fn.mock.calls.length;
    },
  );
  expect(await Promise.all(started)).toEqual([2, 1]);
});

it('runs everything at once only without a limit', async () => {
  const fn = vi.fn(forever);
  void pMap([1, 2, 3], fn);
  await turn();
  expect(fn).toHaveBeenCalledTimes(3);
});

it('is Promise.all without a limit', async () => {
  const all = (items: Iterable<number>, fn: Fn) =>
    Promise.all(Array.from(items, async (item, index) => fn(item, index)));
  for (const mapAll of [pMap, all]) {
    expect(await mapAll(new Set([1, 2]), (item, index) => `${item} at ${index}`)).toEqual(['1 at 0', '2 at 1']);
    const fails = mapAll([1], () => {
      throw new Error('at once');
    });
    await expect(fails).rejects.toThrow('at once');
  }
});

it('passes promises on as they are', async () => {
  const items = [Promise.resolve(1)];
  expect(await pMap(items, (item: unknown) => item instanceof Promise)).toEqual([false]);
  expect(await map(new Semaphore(), items, (item) => item instanceof Promise)).toEqual([true]);
  expect(await map(new Semaphore(), items, async (promise) => (await promise) + 1)).toEqual([2]);
});

it('reads one item more than may run', async () => {
  const read = both(2).map(async (mapAll) => {
    let count = 0;
    function* source() {
      while (count < 9) yield ++count;
    }
    void mapAll(source(), forever);
    await turn();
    return count;
  });
  expect(await Promise.all(read)).toEqual([2, 3]);
});

it('starts the first call before it returns', async () => {
  const [later, sooner] = [vi.fn(forever), vi.fn(forever)];
  void pMap([1], later, { concurrency: 1 });
  void map(new Semaphore(1), [1], sooner);
  expect(later).not.toHaveBeenCalled();
  expect(sooner).toHaveBeenCalledOnce();
  await turn();
  expect(later).toHaveBeenCalledOnce();
});

it('follows a change of the capacity, 0 included', async () => {
  const semaphore = new Semaphore(0);
  const fn = vi.fn(forever);
  void map(semaphore, [1, 2, 3], fn);
  await turn();
  expect(fn).not.toHaveBeenCalled();
  semaphore.capacity = 2;
  await turn();
  expect(fn).toHaveBeenCalledTimes(2);
});

it('starts no item while as many results wait as the buffer holds', async () => {
  const started = [
    (fn: Fn) => pMapIterable(Array(100).keys(), fn, { concurrency: 5 }),
    (fn: Fn) => stream(new Semaphore(5), Array(100).keys(), fn),
    (fn: Fn) => stream(new Semaphore(5), Array(100).keys(), fn, { buffer: 5 }),
  ].map(async (make) => {
    const fn = vi.fn(async (n: number) => n);
    const iterator = make(fn)[Symbol.asyncIterator]();
    await iterator.next();
    await turn();
    return fn.mock.calls.length;
  });
  const [pulled = 0, byDefault = 0, limited = 0] = await Promise.all(started);
  // One result has been read.
  expect(pulled).toBe(6);
  expect(byDefault).toBeGreaterThanOrEqual(17);
  expect(byDefault).toBeLessThanOrEqual(17 + 5);
  expect(limited).toBeGreaterThanOrEqual(6);
  expect(limited).toBeLessThanOrEqual(6 + 5);
});

it('passes on what finished before a failure, also out of order', async () => {
  const seen = [
    (fn: Fn) => pMapIterable([1, 2, 3], fn, { concurrency: 3, preserveOrder: false }),
    (fn: Fn) => stream(new Semaphore(3), [1, 2, 3], fn, { ordered: false }),
  ].map(async (make) => {
    const results: unknown[] = [];
    const fail = async (n: number) => {
      if (n === 1) return forever();
      if (n === 3) throw new Error('three');
      return n;
    };
    const failed = (async () => {
      for await (const result of make(fail)) {
        results.push(result);
        await turn();
      }
    })();
    await expect(failed).rejects.toThrow('three');
    return results;
  });
  expect((await Promise.all(seen))[1]).toEqual([2]);
});

it('is the same: order, the first failure, and an abort', async () => {
  for (const mapAll of both(2)) {
    expect(await mapAll([3, 1, 2], async (n) => n * 2)).toEqual([6, 2, 4]);

    const started: number[] = [];
    const failed = mapAll([1, 2, 3, 4], async (n) => {
      started.push(n);
      await turn();
      throw new Error(`failed ${n}`);
    });
    await expect(failed).rejects.toThrow('failed 1');
    await turn();
    expect(started).toEqual([1, 2]);

    const controller = new AbortController();
    const aborted = mapAll([1], forever, controller.signal);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  }
});

it('counts one call per item, with its index', async () => {
  for (const mapAll of both(2))
    expect(await mapAll([7, 8], (item, index) => [item, index])).toEqual([
      [7, 0],
      [8, 1],
    ]);
});
