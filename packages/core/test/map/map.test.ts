import { changingThen, hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { Mutex, map, type PermitOptions, ReadWriteLock, Semaphore } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { counting, jobs, kinds, rest, Silent } from './scene.ts';

describe.each(kinds)('map() of %s', (_, isAsync) => {
  it('gives the results in the order of the items, whatever the order of their ends', async () => {
    const semaphore = new Semaphore(3);
    const steps = [5, 1, 3, 0, 2, 4];
    const ended: number[] = [];
    const results = await map(semaphore, counting(6, isAsync), async (item) => {
      for (let i = 0; i < (steps[item] ?? 0) * 5; i++) await Promise.resolve();
      ended.push(item);
      return `result ${item}`;
    });
    expect(results).toEqual([0, 1, 2, 3, 4, 5].map((item) => `result ${item}`));
    expect(ended).not.toEqual([0, 1, 2, 3, 4, 5]);
    expect(semaphore.available).toBe(3);
  });

  it('gives an empty list for an empty source', async () => {
    const semaphore = new Semaphore(1);
    const fn = vi.fn();
    expect(await map(semaphore, counting(0, isAsync), fn)).toEqual([]);
    expect([fn.mock.calls.length, semaphore.available]).toEqual([0, 1]);
  });

  it('passes the item and its index, and nothing more', async () => {
    const source = counting(5, isAsync);
    const fn = vi.fn((item: number, index: number) => item * 10 + index);
    expect(await map(new Semaphore(2), source, fn)).toEqual([0, 11, 22, 33, 44]);
    expect(fn.mock.calls).toEqual([0, 1, 2, 3, 4].map((i) => [i, i]));
    expect(source.counts).toEqual({ read: 5, closed: 0 });
  });

  it('reads one item ahead of the holds', async () => {
    const semaphore = new Semaphore(2);
    const source = counting(5, isAsync);
    const running = jobs();
    const result = map(semaphore, source, running.fn);
    await rest();
    expect([source.counts.read, semaphore.available, semaphore.waiting]).toEqual([3, 0, 1]);
    running[1]?.resolve('b');
    await rest();
    expect([source.counts.read, running.started]).toEqual([4, [0, 1, 2]]);
    running[2]?.resolve('c');
    running[0]?.resolve('a');
    await rest();
    expect([source.counts.read, semaphore.waiting]).toEqual([5, 0]);
    running[3]?.resolve('d');
    running[4]?.resolve('e');
    expect(await result).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([semaphore.available, semaphore.waiting, source.counts.closed]).toEqual([2, 0, 0]);
  });

  it('needs no hold to find out that the source has ended', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.take();
    expect(await map(semaphore, counting(0, isAsync), () => {})).toEqual([]);
    semaphore.release();
    const result = map(semaphore, counting(1, isAsync), async () => 'done', { timeout: 0 });
    expect(await result).toEqual(['done']);
  });

  it('shares the permits with all others, in the order they came', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    semaphore.take(() => {});
    const result = map(semaphore, counting(2, isAsync), (item) => order.push(`item ${item}`));
    await rest();
    semaphore.take(() => {
      order.push('other');
      semaphore.release();
    });
    expect(order).toEqual([]);
    semaphore.release();
    await result;
    expect(order).toEqual(['item 0', 'other', 'item 1']);
    expect(semaphore.available).toBe(1);
  });

  it('needs no more stack for a hundred thousand items than for one', async () => {
    const semaphore = new Semaphore(2);
    const length = isAsync ? 20_000 : 100_000;
    let sum = 0;
    const results = await map(semaphore, counting(length, isAsync), (item) => {
      sum += item;
      return item;
    });
    expect([results.length, sum]).toEqual([length, (length * (length - 1)) / 2]);
    expect(semaphore.available).toBe(2);
  });
});

describe('map()', () => {
  it('starts before it returns if a hold is free', async () => {
    const fn = vi.fn((item: string) => item.toUpperCase());
    const result = map(new Semaphore(2), ['a', 'b', 'c'], fn);
    expect(fn).toHaveBeenCalledTimes(3);
    expect(await result).toEqual(['A', 'B', 'C']);
  });

  it('works under a Mutex, and under each side of a ReadWriteLock', async () => {
    const lock = new ReadWriteLock();
    for (const each of [new Mutex(), lock.read, lock.write, lock.upgradable]) {
      expect(await map(each, [1, 2, 3], async (n) => n * n)).toEqual([1, 4, 9]);
    }
    let inside = 0;
    let most = 0;
    const count = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await rest();
      inside--;
    };
    await map(lock.write, [1, 2, 3], count);
    expect([most, lock.isLocked]).toEqual([1, false]);
    await map(lock.read, [1, 2, 3], count);
    expect([most, lock.isLocked]).toEqual([3, false]);
  });

  it('keeps no hold while the source is silent', async () => {
    const semaphore = new Semaphore(1);
    const source = new Silent();
    const result = map(semaphore, source, async (n) => n);
    await rest();
    expect([source.counts.read, semaphore.available, semaphore.waiting]).toEqual([1, 1, 0]);
    source.give(7);
    await rest();
    expect([source.counts.read, semaphore.available, semaphore.waiting]).toEqual([2, 1, 0]);
    source.end();
    expect(await result).toEqual([7]);
  });

  it('takes any iterable: strings, sets, generators, and async generators', async () => {
    const semaphore = new Semaphore(2);
    async function* numbers(): AsyncGenerator<number> {
      yield 1;
      yield 2;
    }
    expect(await map(semaphore, 'abc', (letter) => letter)).toEqual(['a', 'b', 'c']);
    expect(await map(semaphore, new Set([1, 2]), (n) => n * 2)).toEqual([2, 4]);
    expect(await map(semaphore, numbers(), (n) => n * 2)).toEqual([2, 4]);
  });

  it('prefers the async iterator of a source that has both', async () => {
    const source = {
      *[Symbol.iterator]() {
        yield 'sync';
      },
      async *[Symbol.asyncIterator]() {
        yield 'async';
      },
    };
    expect(await map(new Semaphore(), source, (item) => item)).toEqual(['async']);
  });

  it('asks the source for its iterator once, and reads its next() once', async () => {
    const { next } = [][Symbol.iterator]();
    const get = vi.fn(() => next);
    const inner = [1, 2, 3][Symbol.iterator]();
    const iterator = vi.fn(() => Object.defineProperty(inner, 'next', { get }));
    expect(await map(new Semaphore(2), { [Symbol.iterator]: iterator }, (n) => n)).toEqual([1, 2, 3]);
    expect([iterator.mock.calls.length, get.mock.calls.length]).toEqual([1, 1]);
  });

  it('has at most one read of the source under way', async () => {
    let underWay = 0;
    let most = 0;
    let n = 0;
    const next = async (): Promise<IteratorResult<number, undefined>> => {
      most = Math.max(most, ++underWay);
      await rest();
      underWay--;
      return n < 8 ? { done: false, value: n++ } : { done: true, value: undefined };
    };
    expect(await map(new Semaphore(4), { [Symbol.asyncIterator]: () => ({ next }) }, (item) => item)).toHaveLength(8);
    expect(most).toBe(1);
  });

  it('does not await items that are promises', async () => {
    const never = new Promise<number>(() => {});
    const seen = await map(new Semaphore(), [never], (item) => [item]);
    expect(seen[0]?.[0]).toBe(never);
  });

  it('keeps undefined results, and results that are falsy', async () => {
    const values = [undefined, null, 0, '', false];
    expect(await map(new Semaphore(2), values, (value) => value)).toEqual(values);
    expect(await map(new Semaphore(2), values, async (value) => value)).toEqual(values);
  });

  it('calls fn as a plain function', async () => {
    const seen: unknown[] = [];
    await map(new Semaphore(1), [1], function (this: unknown) {
      seen.push(this);
    });
    expect(seen).toEqual([undefined]);
  });

  it('waits for results of foreign promises, and fails with their failures', async () => {
    const semaphore = new Semaphore(1);
    const foreign = (value: number): PromiseLike<unknown> =>
      thenable((onValue: (value: number) => void) => void Promise.resolve(value).then(onValue));
    expect(await map(semaphore, [1, 2], foreign)).toEqual([1, 2]);
    await expect(map(semaphore, [1], () => hostileThenable(new Error('getter')))).rejects.toThrow('getter');
    expect(semaphore.available).toBe(1);
  });

  it('gives each hold back once, whatever becomes of the `then` of a promise', async () => {
    const semaphore = new Semaphore(3);
    semaphore.take(() => {});
    expect(await map(semaphore, [1, 2], (item) => changingThen(item))).toEqual([1, 2]);
    const source = { [Symbol.asyncIterator]: () => ({ next: () => changingThen({ done: true, value: undefined }) }) };
    expect(await map(semaphore, source as AsyncIterable<never>, () => {})).toEqual([]);
    await rest();
    expect(() => semaphore.release(2)).toThrow('only 1 were taken');
    expect(semaphore.available).toBe(2);
  });

  it('can run inside itself on a second semaphore, and several times on the same', async () => {
    const [outer, inner] = [new Semaphore(2), new Semaphore(1)];
    const grid = await map(outer, [1, 2, 3], (a) => map(inner, [1, 2], async (b) => a * b));
    expect(grid).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    const both = await Promise.all([1, 2].map((a) => map(outer, [1, 2, 3], async (b) => a * b)));
    expect(both).toEqual([
      [1, 2, 3],
      [2, 4, 6],
    ]);
    expect([outer.available, inner.available]).toEqual([2, 1]);
  });

  it('takes turns with another map on the same permit', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    const run = (name: string) =>
      map(semaphore, counting(3, false), async (n) => {
        order.push(name + n);
      });
    await Promise.all([run('a'), run('b')]);
    expect(order).toEqual(['a0', 'a1', 'b0', 'a2', 'b1', 'b2']);
  });

  it('waits while the capacity is 0, and follows its changes', async () => {
    const semaphore = new Semaphore(0);
    const running = jobs();
    const result = map(semaphore, [0, 1, 2, 3], running.fn);
    await rest();
    expect(running.started).toEqual([]);
    semaphore.capacity = 3;
    expect(running.started).toEqual([0, 1, 2]);
    semaphore.capacity = 1;
    running[0]?.resolve(0);
    running[1]?.resolve(1);
    await rest();
    expect([running.started.length, semaphore.available]).toEqual([3, 0]);
    running[2]?.resolve(2);
    await rest();
    running[3]?.resolve(3);
    expect(await result).toEqual([0, 1, 2, 3]);
  });

  it('asks for as many permits as it is told, each time anew', async () => {
    const semaphore = new Semaphore(4);
    const running = jobs();
    const options: PermitOptions = { permits: 2 };
    const result = map(semaphore, [0, 1, 2], running.fn, options);
    expect([running.started, semaphore.available, semaphore.waiting]).toEqual([[0, 1], 0, 1]);
    semaphore.capacity = 1;
    await expect(result).rejects.toThrow(RangeError);
    expect(semaphore.waiting).toBe(0);
    running[0]?.resolve(0);
    running[1]?.resolve(1);
    await rest();
    expect(semaphore.available).toBe(1);
    const refused = map(semaphore, [0], running.fn, options);
    await expect(refused).rejects.toThrow('permits must be at most the capacity, 1, but is 2');
  });

  it('reads each option once', async () => {
    const reads: string[] = [];
    const options = {};
    for (const name of ['timeout', 'signal', 'priority', 'permits']) {
      Object.defineProperty(options, name, { get: () => void reads.push(name) });
    }
    await map(new Semaphore(2), counting(5, true), async (n) => n, options);
    expect(reads.sort()).toEqual(['permits', 'priority', 'signal', 'timeout']);
  });

  it('asks with its priority', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    semaphore.take(() => {});
    semaphore.take(() => {
      order.push('other');
      semaphore.release();
    });
    const later = map(semaphore, ['later'], (text) => order.push(text), { priority: -1 });
    const first = map(semaphore, ['first'], (text) => order.push(text), { priority: 1 });
    semaphore.release();
    await Promise.all([first, later]);
    expect(order).toEqual(['first', 'other', 'later']);
  });
});

describe('the arguments of map()', () => {
  it.each([
    undefined,
    null,
    5,
    {},
    { [Symbol.iterator]: 'no' },
    () => {},
    { [Symbol.iterator]: () => undefined },
    { [Symbol.iterator]: () => 5 },
    { [Symbol.asyncIterator]: () => ({}) },
  ])('reject %s as a source', async (source) => {
    const semaphore = new Semaphore(2);
    const result = map(semaphore, source as never, () => {});
    await expect(result).rejects.toThrow(TypeError);
    await expect(result).rejects.toThrow(/^source must be an iterable or an async iterable, but is /);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it.each([undefined, null, 5, 'lock', {}, { acquire: 5 }, []])('reject %s as a lock', async (lock) => {
    const iterator = vi.fn();
    const result = map(lock as never, { [Symbol.iterator]: iterator } as never, () => {});
    await expect(result).rejects.toThrow(TypeError);
    await expect(result).rejects.toThrow(/^lock must be a lock with acquire\(\), such as .*, but is /);
    expect(iterator).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 'fn', {}])('reject %s as fn, before the source is looked at', async (fn) => {
    const iterator = vi.fn();
    await expect(map(new Semaphore(), { [Symbol.iterator]: iterator } as never, fn as never)).rejects.toThrow(
      /^fn must be a function/,
    );
    expect(iterator).not.toHaveBeenCalled();
  });

  it.each([
    [null, 'options must be an object, but is null'],
    [{ timeout: '5' }, 'timeout must be a number of milliseconds, but is "5"'],
    [{ signal: 5 }, 'signal must be an AbortSignal, but is 5'],
    [{ priority: Number.NaN }, 'priority must be a finite number, but is NaN'],
  ])('reject %j as options', async (options, message) => {
    await expect(map(new Semaphore(), [1], () => {}, options as never)).rejects.toThrow(message);
  });

  it('reject with what asking for the iterator throws', async () => {
    const error = new Error('no iterator');
    const source = {
      [Symbol.iterator](): never {
        throw error;
      },
    };
    await expect(map(new Semaphore(), source, () => {})).rejects.toBe(error);
  });

  it('may have a signal that is null', async () => {
    expect(await map(new Semaphore(), [1], (n) => n, { signal: null })).toEqual([1]);
  });
});
