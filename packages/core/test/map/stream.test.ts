import { getEventListeners } from 'node:events';
import { Mutex, Semaphore, stream, TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Counted, counting, jobs, kinds, rest, Silent } from './scene.ts';

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

const done = { done: true, value: undefined };
const given = (value: unknown) => ({ done: false, value });

describe.each(kinds)('stream() of %s', (_, isAsync) => {
  it('gives the results in the order of the source', async () => {
    const semaphore = new Semaphore(3);
    const source = counting(6, isAsync);
    const steps = [5, 1, 3, 0, 2, 4];
    const results = stream(semaphore, source, async (item) => {
      for (let i = 0; i < (steps[item] ?? 0) * 5; i++) await Promise.resolve();
      return item * 10;
    });
    expect(await all(results)).toEqual([0, 10, 20, 30, 40, 50]);
    expect([semaphore.available, source.counts]).toEqual([3, { read: 6, closed: 0 }]);
  });

  it('gives them as they finish if it need not keep the order', async () => {
    const running = jobs();
    const results = stream(new Semaphore(3), counting(3, isAsync), running.fn, { ordered: false });
    const first = results.next();
    await rest();
    for (const item of [2, 0, 1]) running[item]?.resolve(item);
    expect([await first, await results.next(), await results.next(), await results.next()]).toEqual([
      given(2),
      given(0),
      given(1),
      done,
    ]);
  });

  it('reads nothing before the first next()', async () => {
    const source = counting(3, isAsync);
    const fn = vi.fn();
    const results = stream(new Semaphore(1), source, fn);
    await rest();
    expect([source.counts.read, fn.mock.calls.length]).toEqual([0, 0]);
    await results.next();
    expect(fn).toHaveBeenCalled();
  });

  it('is over for an empty source', async () => {
    expect(await all(stream(new Semaphore(1), counting(0, isAsync), () => {}))).toEqual([]);
  });

  it('passes the item and its index, and nothing more', async () => {
    const fn = vi.fn();
    await all(stream(new Semaphore(2), counting(3, isAsync), fn));
    expect(fn.mock.calls).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('needs no more stack for many items than for one', async () => {
    let sum = 0;
    const results = stream(new Semaphore(2), counting(20_000, isAsync), (n) => n, { buffer: Number.POSITIVE_INFINITY });
    for await (const n of results) sum += n;
    expect(sum).toBe((20_000 * 19_999) / 2);
  });
});

describe('the buffer of stream()', () => {
  /** Lets a stream run until it waits for its consumer. Tells what it has read and started. */
  async function filled(source: Counted, started: number[]): Promise<[read: number, started: number]> {
    await rest();
    return [source.counts.read, started.length];
  }

  it('is 16 results by default', async () => {
    const source = counting(100, false);
    const started: number[] = [];
    const results = stream(new Semaphore(3), source, (n) => started.push(n));
    await results.next();
    // The first is with the consumer, 16 wait, and the source is read one item ahead.
    expect(await filled(source, started)).toEqual([18, 17]);
    await results.next();
    expect(await filled(source, started)).toEqual([19, 18]);
  });

  it('is as large as it is told, or without a limit', async () => {
    for (const [buffer, read, count] of [
      [1, 3, 2],
      [2, 4, 3],
      [Number.POSITIVE_INFINITY, 100, 100],
    ]) {
      const source = counting(100, false);
      const started: number[] = [];
      const results = stream(new Mutex(), source, (n) => started.push(n), { buffer });
      await results.next();
      expect(await filled(source, started)).toEqual([read, count]);
    }
  });

  it('counts neither what runs, nor what has been taken', async () => {
    const semaphore = new Semaphore(3);
    const running = jobs();
    const source = counting(100, false);
    const results = stream(semaphore, source, running.fn, { buffer: 1 });
    const first = results.next();
    expect(await filled(source, running.started)).toEqual([4, 3]);
    running[0]?.resolve('a');
    expect(await first).toEqual(given('a'));
    expect(await filled(source, running.started)).toEqual([5, 4]);
    for (const item of [1, 2, 3]) running[item]?.resolve(item);
    // Three wait now: all were running. None is started, and no hold is kept.
    expect(await filled(source, running.started)).toEqual([5, 4]);
    expect([semaphore.available, semaphore.waiting]).toEqual([3, 0]);
    await results.next();
    await results.next();
    expect(await filled(source, running.started)).toEqual([5, 4]);
    await results.next();
    expect(await filled(source, running.started)).toEqual([8, 7]);
  });

  it('counts results that the order holds back', async () => {
    const semaphore = new Semaphore(3);
    const running = jobs();
    const source = counting(100, false);
    const results = stream(semaphore, source, running.fn, { buffer: 2 });
    const first = results.next();
    await rest();
    running[1]?.resolve('b');
    await rest();
    expect(running.started).toEqual([0, 1, 2, 3]);
    running[2]?.resolve('c');
    await rest();
    expect([running.started, semaphore.available]).toEqual([[0, 1, 2, 3], 1]);
    running[0]?.resolve('a');
    expect(await first).toEqual(given('a'));
    await rest();
    expect(running.started).toEqual([0, 1, 2, 3]);
    expect(await results.next()).toEqual(given('b'));
    await rest();
    expect(running.started).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('counts nothing that a waiting consumer gets directly', async () => {
    const running = jobs();
    const results = stream(new Semaphore(1), counting(9, false), running.fn, { buffer: 1 });
    const requests = [results.next(), results.next(), results.next()];
    for (const item of [0, 1, 2]) {
      await rest();
      expect(running.started).toHaveLength(item + 1);
      running[item]?.resolve(item);
    }
    expect(await Promise.all(requests)).toEqual([given(0), given(1), given(2)]);
  });

  it('makes a hold go back that is granted when it is full', async () => {
    const semaphore = new Semaphore(2);
    await semaphore.take();
    const running = jobs();
    const results = stream(semaphore, counting(9, false), running.fn, { buffer: 1 });
    const first = results.next();
    running[0]?.resolve('a');
    await first;
    await rest();
    running[1]?.resolve('b');
    await rest();
    semaphore.release();
    expect([running.started, semaphore.available, semaphore.waiting]).toEqual([[0, 1], 2, 0]);
    expect(await results.next()).toEqual(given('b'));
    expect([running.started, semaphore.available, semaphore.waiting]).toEqual([[0, 1, 2, 3], 0, 1]);
  });
});

describe('next() of stream()', () => {
  it('may be called several times at once, and is answered in order', async () => {
    const running = jobs();
    const results = stream(new Semaphore(3), counting(3, false), running.fn);
    const answers: unknown[] = [];
    const requests = Array.from({ length: 5 }, (_, i) =>
      results.next().then((answer) => {
        answers.push([i, answer.done ? 'done' : answer.value]);
      }),
    );
    for (const item of [2, 1, 0]) {
      running[item]?.resolve(item);
      await rest();
    }
    await Promise.all(requests);
    expect(answers).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 'done'],
      [4, 'done'],
    ]);
  });

  it('gives done after the end, again and again', async () => {
    const results = stream(new Semaphore(1), [1], (n) => n);
    expect([await results.next(), await results.next(), await results.next()]).toEqual([given(1), done, done]);
  });

  it('keeps undefined results', async () => {
    expect(await all(stream(new Semaphore(1), [1, 2], () => undefined))).toEqual([undefined, undefined]);
  });

  it('may be called by fn itself, over a sync source without an end', async () => {
    let n = 0;
    const source = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: n++ }) }) };
    const inner: Promise<unknown>[] = [];
    const results = stream(new Semaphore(1), source, (item) => {
      if (item < 3) inner.push(results.next());
      return item;
    });
    inner.unshift(results.next());
    await rest();
    expect(await Promise.all(inner)).toEqual([given(0), given(1), given(2), given(3)]);
    await results.return?.();
    // Four were taken, 16 wait, and one is read ahead.
    expect(n).toBe(21);
  });

  it('works on an iterator that is its own iterable', () => {
    const results = stream(new Semaphore(1), [1], (n) => n);
    expect(results[Symbol.asyncIterator]()).toBe(results);
  });
});

describe('a failure in stream()', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is thrown after the results before it, once the items before it have settled', async () => {
    const semaphore = new Semaphore(3);
    const running = jobs();
    const source = counting(9, false);
    const results = stream(semaphore, source, running.fn);
    const [first, second, third] = [results.next(), results.next(), results.next()];
    const settled = vi.fn();
    second.catch(settled);
    running[1]?.reject('mine');
    await rest();
    expect([settled.mock.calls.length, source.counts, semaphore.waiting]).toEqual([0, { read: 4, closed: 1 }, 0]);
    running[2]?.resolve('after the failure');
    await rest();
    running[0]?.resolve('before the failure');
    expect(await first).toEqual(given('before the failure'));
    await expect(second).rejects.toBe('mine');
    expect([await third, await results.next(), semaphore.available]).toEqual([done, done, 3]);
    expect([source.counts, running.started]).toEqual([{ read: 4, closed: 1 }, [0, 1, 2]]);
  });

  it('is that of the first item to fail, in order, although a later one failed earlier', async () => {
    const running = jobs();
    const results = stream(new Semaphore(3), counting(9, false), running.fn);
    const [first, second] = [results.next(), results.next()];
    running[2]?.reject('later item');
    await rest();
    running[0]?.reject('first item');
    await expect(first).rejects.toBe('first item');
    expect(await second).toEqual(done);
    running[1]?.reject('dropped');
  });

  it('is thrown after those that finished first, unordered', async () => {
    const running = jobs();
    const results = stream(new Semaphore(3), counting(9, false), running.fn, { ordered: false });
    const first = results.next();
    running[2]?.resolve('c');
    await first;
    await rest();
    running[1]?.resolve('b');
    await rest();
    running[3]?.reject('mine');
    await rest();
    running[0]?.resolve('a');
    await rest();
    expect(await results.next()).toEqual(given('b'));
    await expect(results.next()).rejects.toBe('mine');
    expect(await results.next()).toEqual(done);
  });

  it('may be one of the source: it comes after the items that were read before', async () => {
    for (const ordered of [true, false]) {
      const source = new Silent();
      const running = jobs();
      const results = stream(new Semaphore(2), source, running.fn, { ordered });
      const [first, second] = [results.next(), results.next()];
      for (const each of [first, second]) each.catch(() => {});
      source.give(0);
      await rest();
      source.fail('source');
      await rest();
      running[0]?.resolve('a');
      if (ordered) {
        expect(await first).toEqual(given('a'));
        await expect(second).rejects.toBe('source');
      } else {
        await expect(first).rejects.toBe('source');
        expect(await second).toEqual(done);
      }
      expect(source.counts.closed).toBe(0);
    }
  });

  it('may be a timeout of one wait', async () => {
    const semaphore = new Semaphore(1, { name: 'api' });
    const running = jobs();
    const results = stream(semaphore, counting(9, false), running.fn, { timeout: 5 });
    const [first, second] = [results.next(), results.next()];
    second.catch(() => {});
    vi.advanceTimersByTime(5);
    expect([semaphore.waiting, vi.getTimerCount()]).toEqual([0, 0]);
    running[0]?.resolve('a');
    expect(await first).toEqual(given('a'));
    await expect(second).rejects.toThrow(new TimeoutError('Semaphore "api": stream() timed out after 5 ms'));
  });

  it('that nobody asks for is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const results = stream(new Semaphore(3), counting(9, false), (n) => (n === 0 ? n : Promise.reject('mine')));
    expect(await results.next()).toEqual(given(0));
    vi.useRealTimers();
    await rest();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    await expect(results.next()).rejects.toBe('mine');
  });
});

describe('the arguments of stream()', () => {
  it.each([
    [
      'a lock',
      () => stream(5 as never, [1], () => {}),
      'lock must be a lock with acquire(), such as a side of a ReadWriteLock or a lock of KeyedLocks, but is 5',
    ],
    ['a source', () => stream(new Mutex(), 5 as never, () => {}), 'source must be an iterable or an async iterable'],
    ['a function', () => stream(new Mutex(), [1], 5 as never), 'fn must be a function, but is 5'],
    ['options', () => stream(new Mutex(), [1], () => {}, null as never), 'options must be an object, but is null'],
    ['a timeout', () => stream(new Mutex(), [1], () => {}, { timeout: Number.NaN }), 'timeout must be a number'],
    [
      'an order',
      () => stream(new Mutex(), [1], () => {}, { ordered: 1 as never }),
      'ordered must be a boolean, but is 1',
    ],
    [
      'a buffer',
      () => stream(new Mutex(), [1], () => {}, { buffer: '5' as never }),
      'buffer must be an integer of at least 1',
    ],
  ])('throw from the call without %s', (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY])('throw a RangeError for a buffer of %s', (buffer) => {
    const call = () => stream(new Mutex(), [1], () => {}, { buffer });
    expect(call).toThrow(RangeError);
    expect(call).toThrow(`buffer must be an integer of at least 1, but is ${buffer}`);
  });
});

describe('next() in the middle of a grant', () => {
  it('is answered, when one release grants the asker and the stream', async () => {
    const limit = new Semaphore(0);
    const pages = stream(limit, [1, 2, 3], async (page) => page);
    const first = pages.next();
    const second = limit.sandbox(() => pages.next(), { priority: 1 });
    limit.capacity = 2;
    expect(await Promise.all([first, second])).toEqual([given(1), given(2)]);
    expect([await all(pages), limit.available]).toEqual([[3], 2]);
  });

  it('is answered, when the function of one stream asks another one', async () => {
    const limit = new Semaphore(0);
    const tens = stream(limit, [10, 20, 30], async (ten) => ten);
    const ones = stream(limit, [1, 2], (one) => {
      void tens.next();
      return one;
    });
    const firsts = [ones.next(), tens.next()];
    limit.capacity = 2;
    expect(await Promise.all(firsts)).toEqual([given(1), given(10)]);
    expect([await all(ones), await all(tens), limit.available]).toEqual([[2], [], 2]);
  });

  it('that its own source calls, before the first has begun, begins nothing anew', async () => {
    const { signal } = new AbortController();
    const semaphore = new Semaphore(1);
    let again: Promise<unknown> | undefined;
    function* source() {
      again = results.next();
      yield 0;
      yield 1;
    }
    const results = stream(semaphore, source(), (item) => item, { signal });
    expect([await results.next(), await again, await results.next()]).toEqual([given(0), given(1), done]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
