import { rest } from '@valvekit-internal/laws/rest';
import { map, Semaphore, type StreamOptions, stream, TimeoutError } from 'valvekit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { counting, type Deferred, deferreds, item, quiet, scripted } from './scene.ts';

/** A stream of as many items, each of which ends when its job does. */
function scene(length: number, options?: StreamOptions, semaphore = new Semaphore(2)) {
  const items = counting(length);
  const jobs = deferreds<string>(length);
  const fn = vi.fn((index: number) => (jobs[index] as Deferred<string>).promise);
  const results = quiet(stream(semaphore, items, fn, options));
  return { items: items.source, jobs, fn, results, semaphore };
}

/** What has become of a promise. */
async function outcome(promise: Promise<IteratorResult<unknown>>): Promise<unknown> {
  await rest();
  const state = promise.then(
    ({ done, value }) => (done ? 'done' : value),
    (error: unknown) => ({ error }),
  );
  return Promise.race([state, rest().then(() => 'pending')]);
}

async function finish(jobs: readonly Deferred<string>[], ...order: number[]): Promise<void> {
  for (const index of order) {
    jobs[index]?.resolve(`result ${index}`);
    await rest();
  }
}

afterEach(() => void vi.useRealTimers());

describe('stream()', () => {
  it('gives the results in the order of the items, then is done', async () => {
    const { results, jobs, semaphore } = scene(3, {}, new Semaphore(3));
    const [first, second, third, end] = [results.next(), results.next(), results.next(), results.next()];
    await finish(jobs, 2, 1);
    expect(await outcome(first)).toBe('pending');
    await finish(jobs, 0);
    expect(await Promise.all([first, second, third].map(outcome))).toEqual(['result 0', 'result 1', 'result 2']);
    expect([await outcome(end), await outcome(results.next()), semaphore.available]).toEqual(['done', 'done', 3]);
  });

  it('gives the results as calls finish with ordered: false', async () => {
    const { results, jobs } = scene(3, { ordered: false }, new Semaphore(3));
    const all: unknown[] = [];
    const consumed = (async () => {
      for await (const result of results) all.push(result);
    })();
    await finish(jobs, 2, 0, 1);
    await consumed;
    expect(all).toEqual(['result 2', 'result 0', 'result 1']);
  });

  it('is an iterator of itself, and takes async sources', async () => {
    const results = stream(new Semaphore(2), counting(4, true), async (n) => n * 2);
    expect(results[Symbol.asyncIterator]()).toBe(results);
    const all: number[] = [];
    for await (const result of results) all.push(result);
    expect(all).toEqual([0, 2, 4, 6]);
  });

  it('reads and calls nothing before the first next(), and takes no place in the line', async () => {
    const { items, fn, semaphore, results } = scene(3);
    await rest();
    expect([items.pulled, fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([0, 0, 2, 0]);
    void results.next();
    expect([items.pulled, fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([3, 2, 0, 1]);
  });

  it('keeps undefined results', async () => {
    const results = stream(new Semaphore(1), [1, 2], () => undefined);
    expect([await results.next(), await results.next(), await results.next()]).toEqual([
      { done: false, value: undefined },
      { done: false, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it('is done for an empty source, and waits for no permit', async () => {
    const semaphore = new Semaphore(0);
    expect(await stream(semaphore, [], () => 1).next()).toEqual({ done: true, value: undefined });
    expect(semaphore.waiting).toBe(0);
  });

  it('gives many results without more stack', async () => {
    let sum = 0;
    for await (const n of stream(new Semaphore(3), counting(50_000), (n) => n, { buffer: Infinity })) sum += n;
    expect(sum).toBe((50_000 * 49_999) / 2);
  });
});

describe('stream(): backpressure', () => {
  it.each([true, false])('starts no call while the buffer is full (ordered: %s)', async (ordered) => {
    const { results, jobs, fn, items, semaphore } = scene(9, { buffer: 2, ordered });
    const first = results.next();
    await finish(jobs, 0);
    expect(await outcome(first)).toBe('result 0');
    await finish(jobs, 1, 2);
    // Two results wait. What was running when they came may run on.
    expect([fn.mock.calls.length, items.pulled]).toEqual([4, 5]);
    await finish(jobs, 3);
    expect([fn.mock.calls.length, items.pulled, semaphore.available, semaphore.waiting]).toEqual([4, 5, 2, 0]);
    expect(await outcome(results.next())).toBe('result 1');
    expect(fn).toHaveBeenCalledTimes(4);
    expect(await outcome(results.next())).toBe('result 2');
    expect([fn.mock.calls.length, items.pulled]).toEqual([6, 7]);
  });

  it('counts results that order holds back', async () => {
    const { results, jobs, fn } = scene(9, { buffer: 2 }, new Semaphore(3));
    const first = results.next();
    await finish(jobs, 1);
    expect(fn).toHaveBeenCalledTimes(4);
    await finish(jobs, 2);
    expect(fn).toHaveBeenCalledTimes(4);
    await finish(jobs, 0);
    expect([await outcome(first), fn.mock.calls.length]).toEqual(['result 0', 4]);
    expect(await outcome(results.next())).toBe('result 1');
    expect(fn).toHaveBeenCalledTimes(6);
  });

  it('keeps no permit that comes when the buffer is full, and asks again', async () => {
    const semaphore = new Semaphore(2);
    void semaphore.take();
    const { results, jobs, fn } = scene(5, { buffer: 1 }, semaphore);
    const first = results.next();
    expect(semaphore.waiting).toBe(1);
    void semaphore.take();
    await finish(jobs, 0);
    await outcome(first);
    semaphore.release();
    await finish(jobs, 1);
    expect([fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([2, 1, 0]);
    expect(await outcome(results.next())).toBe('result 1');
    expect([fn.mock.calls.length, semaphore.available]).toEqual([3, 0]);
  });

  it('gives a permit back that is granted after the buffer has filled', async () => {
    const semaphore = new Semaphore(2);
    const { results, jobs, fn } = scene(5, { buffer: 1 }, semaphore);
    const first = results.next();
    await finish(jobs, 0);
    await outcome(first);
    // Items 1 and 2 run, and item 3 waits for a permit. Both end before anything is granted again.
    semaphore.capacity = 1;
    await finish(jobs, 1);
    expect([fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([3, 0, 1]);
    semaphore.capacity = 2;
    expect([fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([3, 1, 0]);
  });

  it('reads on without limit with buffer: Infinity, and 16 results ahead by default', async () => {
    const unlimited = vi.fn((n: number) => n);
    await stream(new Semaphore(1), counting(100), unlimited, { buffer: Infinity }).next();
    expect(unlimited).toHaveBeenCalledTimes(100);
    const fn = vi.fn((n: number) => n);
    const results = stream(new Semaphore(1), counting(100), fn);
    await results.next();
    expect(fn).toHaveBeenCalledTimes(17);
    await results.next();
    expect(fn).toHaveBeenCalledTimes(18);
  });
});

describe('stream(): failures', () => {
  it('throws the failure of fn after the results before it, reads no more and closes the source', async () => {
    const { results, jobs, fn, items, semaphore } = scene(9, {}, new Semaphore(3));
    const [first, second, third] = [results.next(), results.next(), results.next()];
    await finish(jobs, 2);
    jobs[1]?.reject('mine');
    await rest();
    expect([fn.mock.calls.length, items.pulled, items.closed, semaphore.waiting]).toEqual([4, 5, 1, 0]);
    expect(await outcome(first)).toBe('pending');
    await finish(jobs, 0);
    expect([await outcome(first), await outcome(second), await outcome(third)]).toEqual([
      'result 0',
      { error: 'mine' },
      'done',
    ]);
    expect(await outcome(results.next())).toBe('done');
    await finish(jobs, 3);
    expect(semaphore.available).toBe(3);
  });

  it('throws an earlier failure that comes later first', async () => {
    const { results, jobs } = scene(3, {}, new Semaphore(3));
    const first = results.next();
    jobs[1]?.reject('later item');
    await rest();
    jobs[0]?.reject('earlier item');
    expect([await outcome(first), await outcome(results.next())]).toEqual([{ error: 'earlier item' }, 'done']);
  });

  it('throws it after what finished first with ordered: false', async () => {
    const { results, jobs } = scene(4, { ordered: false }, new Semaphore(3));
    void results.next();
    await finish(jobs, 0, 2);
    jobs[1]?.reject('mine');
    await finish(jobs, 3);
    expect([await outcome(results.next()), await outcome(results.next()), await outcome(results.next())]).toEqual([
      'result 2',
      { error: 'mine' },
      'done',
    ]);
  });

  it.each([true, false])('throws the failure of the source after the results (ordered: %s)', async (ordered) => {
    const source = scripted([item(0), item(1), () => Promise.reject('source')]);
    const jobs = deferreds(2);
    const fn = (n: number) => (jobs[n] as Deferred<void>).promise.then(() => n);
    const results = quiet(stream(new Semaphore(3), source, fn, { ordered }));
    const first = results.next();
    await rest();
    if (ordered) expect(await outcome(first)).toBe('pending');
    else expect(await outcome(first)).toEqual({ error: 'source' });
    jobs[0]?.resolve();
    jobs[1]?.resolve();
    const all = [await outcome(first), await outcome(results.next()), await outcome(results.next())];
    expect(all).toEqual(ordered ? [0, 1, { error: 'source' }] : [{ error: 'source' }, 'done', 'done']);
    expect(source.source.closed).toBe(0);
  });

  it('throws the failure of a wait after the results before it', async () => {
    vi.useFakeTimers();
    const semaphore = new Semaphore(1, { name: 'api' });
    const { results, jobs, items } = scene(3, { timeout: 5 }, semaphore);
    const first = results.next();
    vi.advanceTimersByTime(5);
    expect([semaphore.waiting, items.closed, vi.getTimerCount()]).toEqual([0, 1, 0]);
    await finish(jobs, 0);
    expect(await outcome(first)).toBe('result 0');
    const error = await results.next().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toHaveProperty('message', 'Semaphore "api": stream() timed out after 5 ms');
  });
});

describe('stream(): abort', () => {
  it('is thrown at once, and drops waiting results', async () => {
    const { signal, controller } = aborting();
    const { results, jobs, items, semaphore } = scene(9, { signal }, new Semaphore(3));
    const first = results.next();
    await finish(jobs, 1);
    controller.abort('stop');
    expect(await outcome(first)).toEqual({ error: 'stop' });
    expect(await outcome(results.next())).toBe('done');
    expect([items.closed, semaphore.waiting, semaphore.available]).toEqual([1, 0, 0]);
    await finish(jobs, 0, 2, 3);
    expect(semaphore.available).toBe(3);
  });

  it('is thrown by the next next(), even after the last call', async () => {
    const { signal, controller } = aborting();
    const { results, jobs } = scene(2, { signal });
    void results.next();
    await finish(jobs, 0, 1);
    controller.abort('stop');
    expect(await outcome(results.next())).toEqual({ error: 'stop' });
  });

  it('before the first next() reads nothing, and closes the source', async () => {
    const { items, results } = scene(2, { signal: AbortSignal.abort('before') });
    expect(items).toEqual({ pulled: 0, closed: 0 });
    expect(await outcome(results.next())).toEqual({ error: 'before' });
    expect(items).toEqual({ pulled: 0, closed: 1 });
  });

  it('counts before any listener has run', async () => {
    const signal = foreignSignal();
    const { results, jobs, semaphore } = scene(4, { signal });
    void results.next();
    await finish(jobs, 0, 1);
    abortSilently(signal);
    expect(await outcome(results.next())).toEqual({ error: expect.objectContaining({ name: 'AbortError' }) });
    await finish(jobs, 2, 3);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('wins over a failure that has not been thrown yet', async () => {
    const { signal, controller } = aborting();
    const { results, jobs } = scene(4, { signal });
    const first = results.next();
    jobs[1]?.reject('mine');
    await rest();
    controller.abort('stop');
    expect(await outcome(first)).toEqual({ error: 'stop' });
    expect(await outcome(results.next())).toBe('done');
  });
});

describe('stream(): leaving', () => {
  it.each<[string, (results: AsyncIterable<unknown>) => Promise<unknown>]>([
    [
      'break',
      async (results) => {
        for await (const _ of results) break;
      },
    ],
    [
      'a throw',
      async (results) => {
        for await (const _ of results) throw new Error('mine');
      },
    ],
  ])('by %s closes the source, reads no more, and waits for no running call', async (_, consume) => {
    const { results, jobs, items, fn, semaphore } = scene(9);
    const consumed = consume(results).catch((error: Error) => error.message);
    await finish(jobs, 0);
    await consumed;
    expect([items.pulled, items.closed, fn.mock.calls.length]).toEqual([4, 1, 3]);
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
    await finish(jobs, 1, 2);
    expect([items.pulled, items.closed, semaphore.available]).toEqual([4, 1, 2]);
  });

  it('answers all that is pending with done, although the source is silent', async () => {
    const source = scripted([item(0)]);
    const semaphore = new Semaphore(2);
    const results = stream(semaphore, source, () => new Promise(() => {}));
    const pending = [results.next(), results.next()];
    await rest();
    expect(await results.return?.('value')).toEqual({ done: true, value: 'value' });
    expect(await Promise.all(pending)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect([source.source, semaphore.available]).toEqual([{ reads: 2, closed: 1 }, 1]);
  });

  it('leaves the line at once, and lets those behind go', async () => {
    const semaphore = new Semaphore(1);
    void semaphore.take();
    const { results, fn } = scene(2, {}, semaphore);
    void results.next();
    const behind = vi.fn();
    semaphore.take(behind);
    void results.return?.();
    expect(semaphore.waiting).toBe(1);
    semaphore.release();
    expect([behind.mock.calls.length, fn.mock.calls.length]).toEqual([1, 0]);
  });

  it('lets those go at once that only it held back', () => {
    const semaphore = new Semaphore(1);
    void semaphore.take();
    const { results } = scene(2, { priority: 1 }, semaphore);
    void results.next();
    const behind = vi.fn();
    semaphore.take(behind);
    semaphore.capacity = 0;
    semaphore.release();
    void results.return?.();
    semaphore.capacity = 1;
    expect(behind).toHaveBeenCalledOnce();
  });

  it('before the first next() closes the source, and is for good', async () => {
    const { results, items, semaphore } = scene(2);
    await results.return?.();
    expect([await outcome(results.next()), items.pulled, items.closed]).toEqual(['done', 0, 1]);
    expect(await outcome(results.next())).toBe('done');
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('twice closes once; throw() rejects with its error', async () => {
    const { results, items } = scene(9);
    void results.next();
    await results.return?.();
    await expect(results.throw?.('mine')).rejects.toBe('mine');
    expect(items.closed).toBe(1);
  });

  it('awaits the value of return(), as generators do', async () => {
    const { results } = scene(1);
    expect(await results.return?.(Promise.resolve('value'))).toEqual({ done: true, value: 'value' });
  });

  it('drops what running calls come to', async () => {
    const { results, jobs, semaphore } = scene(4);
    void results.next();
    await results.return?.();
    jobs[0]?.reject('dropped');
    await finish(jobs, 1);
    expect([await outcome(results.next()), semaphore.available]).toEqual(['done', 2]);
  });
});

describe('stream(): arguments', () => {
  const semaphore = new Semaphore(1);

  it.each<[string, () => unknown]>([
    ['lock must be a lock, but is 5', () => stream(5 as never, [], () => {})],
    ['lock must be a lock, but is undefined', () => stream(undefined as never, [], () => {})],
    ['lock must be a lock, but is [object Object]', () => stream({ acquire: 1 } as never, [], () => {})],
    ['source must be an iterable or an async iterable, but is 5', () => stream(semaphore, 5 as never, () => {})],
    ['fn must be a function, but is undefined', () => stream(semaphore, [], undefined as never)],
    ['options must be an object, but is 5', () => stream(semaphore, [], () => {}, 5 as never)],
    ['ordered must be a boolean, but is 1', () => stream(semaphore, [], () => {}, { ordered: 1 as never })],
    ['buffer must be an integer of at least 1, but is 0', () => stream(semaphore, [], () => {}, { buffer: 0 })],
    ['buffer must be an integer of at least 1, but is 1.5', () => stream(semaphore, [], () => {}, { buffer: 1.5 })],
    [
      'buffer must be an integer of at least 1, but is "1"',
      () => stream(semaphore, [], () => {}, { buffer: '1' as never }),
    ],
    ['buffer must be an integer of at least 1, but is NaN', () => stream(semaphore, [], () => {}, { buffer: NaN })],
    [
      'timeout must be a number of milliseconds, but is null',
      () => stream(semaphore, [], () => {}, { timeout: null as never }),
    ],
    [
      'priority must be a finite number, but is Infinity',
      () => stream(semaphore, [], () => {}, { priority: Infinity }),
    ],
    [
      'signal must be an AbortSignal, but is [object Object]',
      () => stream(semaphore, [], () => {}, { signal: {} as never }),
    ],
  ])('throws from the call: %s', (message, call) => {
    expect(call).toThrow(message);
  });

  it('map() rejects with the same', async () => {
    await expect(map(5 as never, [], () => {})).rejects.toThrow(new TypeError('lock must be a lock, but is 5'));
    await expect(map(semaphore, [], () => {}, { priority: NaN })).rejects.toThrow(RangeError);
  });

  it('takes undefined for each option, and null for no signal', async () => {
    const options = { ordered: undefined, buffer: undefined, timeout: undefined, priority: undefined, signal: null };
    expect(await stream(semaphore, [1], (n) => n, options).next()).toEqual({ done: false, value: 1 });
  });

  it('looks at fn, the options and the lock before the source', () => {
    const iterator = vi.fn(() => [][Symbol.iterator]());
    const source = { [Symbol.iterator]: iterator };
    expect(() => stream(semaphore, source, 5 as never)).toThrow(/^fn/);
    expect(() => stream(semaphore, source, () => {}, { timeout: NaN })).toThrow(/^timeout/);
    expect(() => stream({} as never, source, () => {})).toThrow(/^lock/);
    expect(iterator).not.toHaveBeenCalled();
  });
});

function aborting() {
  const controller = new AbortController();
  return { controller, signal: controller.signal };
}
