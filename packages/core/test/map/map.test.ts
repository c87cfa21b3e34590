import { AsyncLocalStorage } from 'node:async_hooks';
import { rest } from '@valvekit-internal/laws/rest';
import { changingThen, hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { map, Semaphore, TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counting, type Deferred, deferred } from './scene.ts';

const kinds = [
  ['a sync source', false],
  ['an async source', true],
] as const;

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

  it('passes the item and its index, and takes plain results', async () => {
    const source = counting(5, isAsync);
    const fn = vi.fn((item: number, index: number) => item * 10 + index);
    expect(await map(new Semaphore(2), source, fn)).toEqual([0, 11, 22, 33, 44]);
    expect(fn.mock.calls).toEqual([0, 1, 2, 3, 4].map((i) => [i, i]));
    expect(source.source).toEqual({ pulled: 5, closed: 0 });
  });

  it('reads one item ahead of its permits, and no more', async () => {
    const semaphore = new Semaphore(2);
    const { source, ...iterable } = counting(5, isAsync);
    const jobs = Array.from({ length: 5 }, () => deferred<number>());
    const result = map(semaphore, iterable as Iterable<number>, (item) => (jobs[item] as Deferred<number>).promise);
    await rest();
    expect([source.pulled, semaphore.available, semaphore.waiting]).toEqual([3, 0, 1]);
    jobs[1]?.resolve(1);
    await rest();
    expect([source.pulled, semaphore.available, semaphore.waiting]).toEqual([4, 0, 1]);
    jobs[2]?.resolve(2);
    jobs[0]?.resolve(0);
    await rest();
    expect([source.pulled, semaphore.available, semaphore.waiting]).toEqual([5, 0, 0]);
    jobs[3]?.resolve(3);
    jobs[4]?.resolve(4);
    expect(await result).toEqual([0, 1, 2, 3, 4]);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('shares the permits with everybody else, in the order they came', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    semaphore.take(() => {});
    const result = map(semaphore, counting(2, isAsync), (item) => order.push(`item ${item}`));
    await rest();
    semaphore.take(() => {
      order.push('other');
      semaphore.release();
    });
    await rest();
    expect(order).toEqual([]);
    semaphore.release();
    await result;
    expect(order).toEqual(['item 0', 'other', 'item 1']);
    expect(semaphore.available).toBe(1);
  });

  it('rejects at once with the first failure of fn, reads no more and closes the source', async () => {
    const semaphore = new Semaphore(2);
    const iterable = counting(10, isAsync);
    const jobs = Array.from({ length: 10 }, () => deferred<number>());
    const settled = vi.fn();
    const result = map(semaphore, iterable, (item) => (jobs[item] as Deferred<number>).promise);
    result.catch(settled);
    await rest();
    const error = new Error('mine');
    jobs[1]?.reject(error);
    await rest();
    expect(settled.mock.calls).toEqual([[error]]);
    expect([iterable.source.pulled, iterable.source.closed]).toEqual([3, 1]);
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
    jobs[0]?.reject(new Error('a later failure'));
    await rest();
    expect([semaphore.available, iterable.source.pulled, iterable.source.closed]).toEqual([2, 3, 1]);
    await expect(result).rejects.toBe(error);
  });

  it('rejects with what fn throws', async () => {
    const semaphore = new Semaphore(2);
    const iterable = counting(10, isAsync);
    const error = new Error('mine');
    const fn = vi.fn((item: number) => {
      if (item === 3) throw error;
    });
    await expect(map(semaphore, iterable, fn)).rejects.toBe(error);
    await rest();
    expect([fn.mock.calls.length, iterable.source.pulled, iterable.source.closed]).toEqual([4, 4, 1]);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('rejects with a failure after the source has ended', async () => {
    const semaphore = new Semaphore(5);
    const iterable = counting(2, isAsync);
    const jobs = [deferred<void>(), deferred<void>()];
    const result = map(semaphore, iterable, (item) => (jobs[item] as Deferred<void>).promise);
    await rest();
    expect([iterable.source.pulled, semaphore.available]).toEqual([2, 3]);
    jobs[1]?.reject('late');
    jobs[0]?.reject('later');
    await expect(result).rejects.toBe('late');
    await rest();
    expect([semaphore.available, iterable.source.closed]).toEqual([5, 0]);
  });

  it('gives its place in the line up when it fails, so that those behind go', async () => {
    const semaphore = new Semaphore(2);
    semaphore.take(() => {});
    const job = deferred<void>();
    const result = map(semaphore, counting(9, isAsync), () => job.promise);
    await rest();
    const behind = vi.fn();
    semaphore.take(behind);
    expect([semaphore.waiting, behind.mock.calls.length]).toEqual([2, 0]);
    job.reject('no');
    await expect(result).rejects.toBe('no');
    await rest();
    expect(behind.mock.calls).toEqual([[]]);
    expect([semaphore.waiting, semaphore.available]).toEqual([0, 0]);
  });

  it('does not wait for return(), whatever comes of it', async () => {
    const never = new Promise<never>(() => {});
    const returns: [string, (() => unknown) | undefined][] = [
      ['never settles', () => never],
      ['rejects', () => Promise.reject(new Error('ignored'))],
      [
        'throws',
        () => {
          throw new Error('ignored');
        },
      ],
      ['is not there', undefined],
    ];
    for (const [, close] of returns) {
      const semaphore = new Semaphore(1);
      const step = { done: false, value: 1 };
      const iterator = { next: () => (isAsync ? Promise.resolve(step) : step), ...(close && { return: close }) };
      const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
      const result = map(semaphore, iterable as unknown as Iterable<number>, () => Promise.reject('mine'));
      await expect(result).rejects.toBe('mine');
      await rest();
      expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
    }
  });

  it('rejects with what the source throws, and does not close it', async () => {
    const semaphore = new Semaphore(3);
    const error = new Error('source');
    const closed = vi.fn();
    let pulls = 0;
    const next = () => {
      if (++pulls === 3) throw error;
      return { done: false, value: pulls };
    };
    const iterator = { next: isAsync ? async () => next() : next, return: closed };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const job = deferred<void>();
    const result = map(semaphore, iterable as unknown as Iterable<number>, () => job.promise);
    await expect(result).rejects.toBe(error);
    expect([closed.mock.calls.length, semaphore.available]).toEqual([0, 1]);
    job.resolve();
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([3, 0]);
  });

  it.each([
    ['gives no result object', () => undefined],
    ['gives a number', () => 5],
    [
      'gives a result whose done throws',
      () => ({
        get done(): boolean {
          throw new TypeError('done');
        },
      }),
    ],
    [
      'gives a result whose value throws',
      () => ({
        done: false,
        get value(): number {
          throw new TypeError('value');
        },
      }),
    ],
  ])('rejects when the source %s, and loses no permit', async (title, next) => {
    const semaphore = new Semaphore(2);
    const iterator = { next: isAsync ? async () => next() : next };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const fn = vi.fn(() => {
      if (title === 'gives a number') throw new TypeError('a number has no done');
    });
    const outcome = await Promise.race([
      map(semaphore, iterable as unknown as Iterable<number>, fn).catch((error: unknown) => error),
      rest().then(() => 'pending'),
    ]);
    expect(outcome).toBeInstanceOf(TypeError);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('needs no more stack for many items than for few', async () => {
    const semaphore = new Semaphore(2);
    let sum = 0;
    const results = await map(semaphore, counting(isAsync ? 20_000 : 50_000, isAsync), (item) => {
      sum += item;
      return item;
    });
    expect(results).toHaveLength(isAsync ? 20_000 : 50_000);
    expect(sum).toBe(results.reduce((all, item) => all + item, 0));
    expect(semaphore.available).toBe(2);
  });
});

describe('map()', () => {
  it('starts before it returns where a permit is free', async () => {
    const fn = vi.fn((item: string) => item.toUpperCase());
    const result = map(new Semaphore(2), ['a', 'b', 'c'], fn);
    expect(fn).toHaveBeenCalledTimes(3);
    expect(await result).toEqual(['A', 'B', 'C']);
  });

  it('takes any iterable: strings, sets, generators, and async generators that it closes', async () => {
    const semaphore = new Semaphore(2);
    expect(await map(semaphore, 'abc', (letter) => letter)).toEqual(['a', 'b', 'c']);
    expect(await map(semaphore, new Set([1, 2]), (n) => n * 2)).toEqual([2, 4]);
    const ends: string[] = [];
    async function* numbers(): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        ends.push('closed');
      }
    }
    const failing = map(semaphore, numbers(), (n) => {
      if (n === 5) throw new Error('five');
    });
    await expect(failing).rejects.toThrow('five');
    await rest();
    expect([ends, semaphore.available]).toEqual([['closed'], 2]);
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

  it('asks the source for its iterator once', async () => {
    const iterator = vi.fn(() => [1, 2, 3][Symbol.iterator]());
    expect(await map(new Semaphore(2), { [Symbol.iterator]: iterator }, (n) => n)).toEqual([1, 2, 3]);
    expect(iterator).toHaveBeenCalledOnce();
  });

  it('has no more than one pull of the source under way', async () => {
    let underWay = 0;
    let most = 0;
    const source = {
      [Symbol.asyncIterator]() {
        let n = 0;
        return {
          async next(): Promise<IteratorResult<number, undefined>> {
            most = Math.max(most, ++underWay);
            await rest();
            underWay--;
            return n < 8 ? { done: false, value: n++ } : { done: true, value: undefined };
          },
        };
      },
    };
    expect(await map(new Semaphore(4), source, (n) => n)).toHaveLength(8);
    expect(most).toBe(1);
  });

  it('fails while it waits for the source: the source is closed at once, and the late item is not used', async () => {
    const semaphore = new Semaphore(2);
    const second = deferred<IteratorResult<number, undefined>>();
    const closed = vi.fn(async () => ({ done: true as const, value: undefined }));
    const steps = [Promise.resolve({ done: false as const, value: 1 }), second.promise];
    const iterator = { next: () => steps.shift() as Promise<IteratorResult<number, undefined>>, return: closed };
    const job = deferred<void>();
    const fn = vi.fn(() => job.promise);
    const result = map(semaphore, { [Symbol.asyncIterator]: () => iterator }, fn);
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
    job.reject('mine');
    await expect(result).rejects.toBe('mine');
    expect([semaphore.available, closed.mock.calls.length]).toEqual([2, 1]);
    second.resolve({ done: false, value: 2 });
    await rest();
    expect([fn.mock.calls.length, semaphore.available]).toEqual([1, 2]);
  });

  it('fails while it waits for the source, whose late failure is nobody else’s', async () => {
    const semaphore = new Semaphore(2);
    const second = deferred<IteratorResult<number, undefined>>();
    const steps = [Promise.resolve({ done: false as const, value: 1 }), second.promise];
    const iterator = { next: () => steps.shift() as Promise<IteratorResult<number, undefined>> };
    const result = map(semaphore, { [Symbol.asyncIterator]: () => iterator }, () => Promise.reject('mine'));
    await expect(result).rejects.toBe('mine');
    second.reject('late');
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('fails while it and others wait for a permit: its place goes to the next', async () => {
    const semaphore = new Semaphore(2);
    semaphore.take(() => {});
    let fail = (): void => {};
    const result = map(semaphore, [1, 2, 3], () =>
      thenable((_: unknown, reject: (reason: unknown) => void) => {
        fail = () => reject('mine');
      }),
    );
    result.catch(() => {});
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 1]);
    semaphore.take(() => semaphore.release());
    fail();
    await rest();
    semaphore.release();
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
    await expect(result).rejects.toBe('mine');
  });

  it('keeps undefined results, and results that are falsy', async () => {
    const values = [undefined, null, 0, '', false];
    expect(await map(new Semaphore(2), values, (value) => value)).toEqual(values);
    expect(await map(new Semaphore(2), values, async (value) => value)).toEqual(values);
  });

  it('waits for results of foreign promises, and fails with their failures', async () => {
    const semaphore = new Semaphore(1);
    const foreign = (value: number): PromiseLike<unknown> =>
      thenable((onValue: (value: number) => void) => void Promise.resolve(value).then(onValue));
    expect(await map(semaphore, [1, 2], foreign)).toEqual([1, 2]);
    await expect(map(semaphore, [1], () => hostileThenable(new Error('getter')))).rejects.toThrow('getter');
    expect(semaphore.available).toBe(1);
  });

  it('gives each permit back once, whatever becomes of the `then` of a promise', async () => {
    const semaphore = new Semaphore(3);
    semaphore.take(() => {});
    expect(await map(semaphore, [1, 2], (item) => changingThen(item))).toEqual([1, 2]);
    const source = { [Symbol.asyncIterator]: () => ({ next: () => changingThen({ done: true, value: undefined }) }) };
    expect(await map(semaphore, source as AsyncIterable<never>, () => {})).toEqual([]);
    await rest();
    expect(() => semaphore.release(2)).toThrow('only 1 were taken');
    expect(semaphore.available).toBe(2);
  });

  it('runs fn in the async context of its caller', async () => {
    const storage = new AsyncLocalStorage<string>();
    const semaphore = new Semaphore(1);
    semaphore.take(() => {});
    const result = storage.run('mapper', () => map(semaphore, [1, 2], () => storage.getStore()));
    storage.run('holder', () => semaphore.release());
    expect(await result).toEqual(['mapper', 'mapper']);
  });

  it('can run inside itself on a second semaphore, and beside others on the same', async () => {
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

  it('waits while the capacity is 0, and goes on as it changes', async () => {
    const semaphore = new Semaphore(0);
    const jobs = Array.from({ length: 4 }, () => deferred<number>());
    const started: number[] = [];
    const result = map(semaphore, [0, 1, 2, 3], (item) => {
      started.push(item);
      return (jobs[item] as Deferred<number>).promise;
    });
    await rest();
    expect(started).toEqual([]);
    semaphore.capacity = 3;
    expect(started).toEqual([0, 1, 2]);
    semaphore.capacity = 1;
    jobs[0]?.resolve(0);
    jobs[1]?.resolve(1);
    await rest();
    expect([started.length, semaphore.available]).toEqual([3, 0]);
    jobs[2]?.resolve(2);
    jobs[3]?.resolve(3);
    expect(await result).toEqual([0, 1, 2, 3]);
  });

  it.each([undefined, null, 5, {}, { [Symbol.iterator]: 'no' }, () => {}])('rejects %s as a source', async (source) => {
    const semaphore = new Semaphore(2);
    const result = map(semaphore, source as never, () => {});
    await expect(result).rejects.toThrow(TypeError);
    await expect(result).rejects.toThrow(/^source must be an iterable or an async iterable/);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it.each([undefined, null, 'fn', {}])('rejects %s as fn, before it looks at the source', async (fn) => {
    const iterator = vi.fn();
    await expect(map(new Semaphore(), { [Symbol.iterator]: iterator } as never, fn as never)).rejects.toThrow(
      /^fn must be a function/,
    );
    expect(iterator).not.toHaveBeenCalled();
  });

  it('rejects bad options, and what asking for the iterator throws', async () => {
    const semaphore = new Semaphore();
    await expect(map(semaphore, [1], () => {}, { timeout: '5' } as never)).rejects.toThrow(TypeError);
    const error = new Error('no iterator');
    const source = {
      [Symbol.iterator](): never {
        throw error;
      },
    };
    await expect(map(semaphore, source, () => {})).rejects.toBe(error);
    expect(semaphore.available).toBe(1);
  });
});

describe('map() with a limit for each wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('times out where one permit takes too long, not where all of them do', async () => {
    const semaphore = new Semaphore(1);
    const jobs = [deferred<string>(), deferred<string>(), deferred<string>()];
    const iterable = counting(3, false);
    const result = map(semaphore, iterable, (item) => (jobs[item] as Deferred<string>).promise, { timeout: 100 });
    const outcome = vi.fn();
    result.catch(outcome);
    vi.advanceTimersByTime(99);
    jobs[0]?.resolve('first');
    await rest();
    vi.advanceTimersByTime(99);
    await rest();
    expect([outcome.mock.calls.length, iterable.source.pulled]).toEqual([0, 3]);
    vi.advanceTimersByTime(1);
    await rest();
    expect(outcome.mock.calls).toEqual([[expect.any(TimeoutError)]]);
    expect(outcome.mock.calls[0]?.[0]).toHaveProperty('message', 'Semaphore: map() timed out after 100 ms');
    expect([iterable.source.closed, semaphore.waiting, vi.getTimerCount()]).toEqual([1, 0, 0]);
    jobs[1]?.resolve('second');
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('of 0 goes on only while permits are free', async () => {
    const semaphore = new Semaphore(1);
    expect(await map(semaphore, [1, 2, 3], (n) => n, { timeout: 0 })).toEqual([1, 2, 3]);
    await expect(map(semaphore, [1, 2], () => rest(), { timeout: 0 })).rejects.toBeInstanceOf(TimeoutError);
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('ends with the reason of its signal, before, between and during pulls', async () => {
    const semaphore = new Semaphore(1);
    await expect(map(semaphore, [1], () => 1, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    const controller = new AbortController();
    const job = deferred<void>();
    const iterable = counting(5, false);
    const result = map(semaphore, iterable, () => job.promise, { signal: controller.signal });
    await rest();
    controller.abort('during');
    await expect(result).rejects.toBe('during');
    expect([iterable.source.pulled, iterable.source.closed, semaphore.available]).toEqual([2, 1, 0]);
    job.resolve();
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('ends with the reason of cancel()', async () => {
    const semaphore = new Semaphore(1);
    const job = deferred<void>();
    const result = map(semaphore, [1, 2], () => job.promise);
    semaphore.cancel('over');
    await expect(result).rejects.toBe('over');
    job.resolve();
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('waits for its permits with its priority', async () => {
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

describe('faults found in map', () => {
  it('calls fn as a plain function', async () => {
    const seen: unknown[] = [];
    await map(new Semaphore(1), [1], function (this: unknown) {
      seen.push(this);
    });
    expect(seen).toEqual([undefined]);
  });

  it('does not start an item that comes after the abort of its signal', async () => {
    const semaphore = new Semaphore(2);
    const controller = new AbortController();
    const step = deferred<IteratorResult<number>>();
    const closed = vi.fn(async () => ({ done: true as const, value: undefined }));
    const source = { [Symbol.asyncIterator]: () => ({ next: () => step.promise, return: closed }) };
    const fn = vi.fn();
    const mapped = map(semaphore, source, fn, { signal: controller.signal });
    controller.abort('too late');
    step.resolve({ done: false, value: 1 });
    await expect(mapped).rejects.toBe('too late');
    expect([fn.mock.calls.length, closed.mock.calls.length, semaphore.available]).toEqual([0, 1, 2]);
  });

  it('rejects when its signal aborts while the last calls are under way', async () => {
    const semaphore = new Semaphore(3);
    const controller = new AbortController();
    const end = deferred<IteratorResult<number>>();
    const steps = [Promise.resolve({ done: false, value: 1 }), end.promise];
    const source = { [Symbol.asyncIterator]: () => ({ next: () => steps.shift() as Promise<IteratorResult<number>> }) };
    const mapped = map(semaphore, source, (n) => n * 2, { signal: controller.signal });
    await rest();
    controller.abort('late');
    end.resolve({ done: true, value: undefined });
    await expect(mapped).rejects.toBe('late');
    expect(semaphore.available).toBe(3);
  });

  it.each([
    ['undefined', undefined],
    ['5', 5],
    ['an object without next()', {}],
  ])('refuses a source whose iterator is %s, by name', async (_, iterator) => {
    const source = { [Symbol.iterator]: () => iterator } as unknown as Iterable<number>;
    await expect(map(new Semaphore(1), source, () => {})).rejects.toThrow(
      new TypeError('source must be an iterable or an async iterable, but is [object Object]'),
    );
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['5', 5],
  ])('refuses %s as what next() gives, by name', async (shown, step) => {
    const source = { [Symbol.iterator]: () => ({ next: () => step }) } as unknown as Iterable<number>;
    const semaphore = new Semaphore(1);
    await expect(map(semaphore, source, () => {})).rejects.toThrow(
      new TypeError(`what next() of the source returns must be an object, but is ${shown}`),
    );
    expect(semaphore.available).toBe(1);
  });

  it('fails with what fn throws where the source cannot be closed', async () => {
    const source = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) };
    const semaphore = new Semaphore(1);
    await expect(
      map(semaphore, source, () => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    expect(semaphore.available).toBe(1);
  });

  it('says what timed out', async () => {
    const semaphore = new Semaphore(1, { name: 'api' });
    await semaphore.take();
    await expect(map(semaphore, [1], () => {}, { timeout: 0 })).rejects.toThrow(
      'Semaphore "api": map() timed out after 0 ms',
    );
    vi.useFakeTimers();
    const mapped = map(semaphore, [1], () => {}, { timeout: 5 });
    const failed = expect(mapped).rejects.toThrow('Semaphore "api": map() timed out after 5 ms');
    vi.advanceTimersByTime(5);
    vi.useRealTimers();
    await failed;
  });

  it('lets in at once whom its wait held back, when it fails', async () => {
    const semaphore = new Semaphore(2);
    await semaphore.take();
    const item = deferred<void>();
    const mapped = map(semaphore, [1, 2], () => item.promise);
    const told: string[] = [];
    semaphore.take(() => told.push('let in'), { permits: 1 });
    expect(semaphore.waiting).toBe(2);
    item.reject(new Error('first item'));
    await expect(mapped).rejects.toThrow('first item');
    expect(told).toEqual(['let in']);
    expect(semaphore.waiting).toBe(0);
  });
});
