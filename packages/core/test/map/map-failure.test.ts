import { thenable } from '@valvekit-internal/laws/thenable';
import { map, type PermitOptions, Semaphore, TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counting, deferred, jobs, kinds, rest, Silent } from './scene.ts';

describe.each(kinds)('a failure of fn in map() of %s', (_, isAsync) => {
  it('rejects immediately; nothing more is read, and the source is closed', async () => {
    const semaphore = new Semaphore(2);
    const source = counting(10, isAsync);
    const running = jobs();
    const settled = vi.fn();
    const result = map(semaphore, source, running.fn);
    result.catch(settled);
    await rest();
    const error = new Error('mine');
    running[1]?.reject(error);
    await rest();
    expect(settled.mock.calls).toEqual([[error]]);
    expect(source.counts).toEqual({ read: 3, closed: 1 });
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
    running[0]?.reject(new Error('a later failure'));
    await rest();
    expect([semaphore.available, source.counts]).toEqual([2, { read: 3, closed: 1 }]);
    expect([settled.mock.calls.length, running.started]).toEqual([1, [0, 1]]);
  });

  it('may be thrown', async () => {
    const semaphore = new Semaphore(2);
    const source = counting(10, isAsync);
    const error = new Error('mine');
    const fn = vi.fn((item: number) => {
      if (item === 3) throw error;
    });
    await expect(map(semaphore, source, fn)).rejects.toBe(error);
    await rest();
    expect([fn.mock.calls.length, source.counts]).toEqual([4, { read: 4, closed: 1 }]);
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('rejects after the source has ended, too, and does not close it', async () => {
    const semaphore = new Semaphore(5);
    const source = counting(2, isAsync);
    const running = jobs();
    const result = map(semaphore, source, running.fn);
    await rest();
    running[1]?.reject('late');
    running[0]?.reject('later');
    await expect(result).rejects.toBe('late');
    await rest();
    expect([semaphore.available, source.counts]).toEqual([5, { read: 2, closed: 0 }]);
  });

  it('gives up the place in the line, so that the waiters behind it go', async () => {
    const semaphore = new Semaphore(3);
    semaphore.take(() => {});
    const running = jobs();
    const result = map(semaphore, counting(9, isAsync), running.fn, { permits: 2 } as object);
    await rest();
    const behind = vi.fn();
    semaphore.take(behind);
    expect([semaphore.waiting, behind.mock.calls.length]).toEqual([2, 0]);
    running[0]?.reject('no');
    await expect(result).rejects.toBe('no');
    expect(behind.mock.calls).toEqual([[]]);
    expect([semaphore.waiting, semaphore.available]).toEqual([0, 1]);
  });

  it.each([
    ['never settles', () => new Promise<never>(() => {})],
    ['rejects', () => Promise.reject(new Error('dropped'))],
    [
      'is a thenable that rejects',
      () => thenable((__: unknown, reject: (reason: unknown) => void) => reject('dropped')),
    ],
    [
      'throws',
      () => {
        throw new Error('dropped');
      },
    ],
    ['is not there', undefined],
    ['is no function', 5],
  ])('rejects although return() of the source %s', async (__, close) => {
    const semaphore = new Semaphore(1);
    const step = { done: false, value: 1 };
    const iterator = { next: () => (isAsync ? Promise.resolve(step) : step), return: close };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const result = map(semaphore, iterable as unknown as Iterable<number>, () => Promise.reject('mine'));
    await expect(result).rejects.toBe('mine');
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('rejects although reading the return() of the source throws', async () => {
    const iterator = {
      next: () => (isAsync ? Promise.resolve({ done: false, value: 1 }) : { done: false, value: 1 }),
      get return(): never {
        throw new Error('dropped');
      },
    };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const result = map(new Semaphore(1), iterable as unknown as Iterable<number>, () => Promise.reject('mine'));
    await expect(result).rejects.toBe('mine');
  });
});

describe.each(kinds)('a failure of %s in map()', (_, isAsync) => {
  it('rejects, and does not close it', async () => {
    const semaphore = new Semaphore(3);
    const error = new Error('source');
    const closed = vi.fn();
    let reads = 0;
    const next = () => {
      if (++reads === 3) throw error;
      return { done: false, value: reads };
    };
    const iterator = { next: isAsync ? async () => next() : next, return: closed };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const job = deferred();
    const result = map(semaphore, iterable as unknown as Iterable<number>, () => job.promise);
    await expect(result).rejects.toBe(error);
    expect([closed.mock.calls.length, semaphore.available]).toEqual([0, 1]);
    job.resolve();
    await rest();
    expect([semaphore.available, semaphore.waiting, reads]).toEqual([3, 0, 3]);
  });

  it.each([
    ['undefined', () => undefined, 'what next() of the source gives must be an object, but is undefined'],
    ['null', () => null, 'what next() of the source gives must be an object, but is null'],
    ['a number', () => 5, 'what next() of the source gives must be an object, but is 5'],
    [
      'a step whose done throws',
      () => ({
        get done(): boolean {
          throw new TypeError('done');
        },
      }),
      'done',
    ],
    [
      'a step whose value throws',
      () => ({
        done: false,
        get value(): number {
          throw new TypeError('value');
        },
      }),
      'value',
    ],
  ])('is %s as what next() gives', async (__, next, message) => {
    const semaphore = new Semaphore(2);
    const close = vi.fn();
    const iterator = { next: isAsync ? async () => next() : next, return: close };
    const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
    const fn = vi.fn();
    await expect(map(semaphore, iterable as unknown as Iterable<number>, fn)).rejects.toThrow(new TypeError(message));
    expect([semaphore.available, fn.mock.calls.length, close.mock.calls.length]).toEqual([2, 0, 0]);
  });
});

describe('the source of a map() that has failed', () => {
  it('is closed immediately while a read is pending; what comes then is dropped', async () => {
    const semaphore = new Semaphore(2);
    for (const answer of ['give', 'end', 'fail'] as const) {
      const source = new Silent();
      const running = jobs();
      const result = map(semaphore, source, running.fn);
      source.give(0);
      await rest();
      expect([source.counts, running.started]).toEqual([{ read: 2, closed: 0 }, [0]]);
      running[0]?.reject('mine');
      await expect(result).rejects.toBe('mine');
      expect([semaphore.available, source.counts]).toEqual([2, { read: 2, closed: 1 }]);
      source[answer](1);
      await rest();
      expect([semaphore.available, source.counts, running.started]).toEqual([2, { read: 2, closed: 1 }, [0]]);
    }
  });

  it('is closed once its next() has returned, if the run ends meanwhile', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const ends: string[] = [];
    function* items(): Generator<number> {
      try {
        controller.abort('during');
        yield 1;
      } finally {
        ends.push('sync');
      }
    }
    async function* late(): AsyncGenerator<number> {
      try {
        controller.abort('during');
        yield 1;
      } finally {
        ends.push('async');
      }
    }
    const fn = vi.fn();
    const first = map(new Semaphore(1), items(), fn, { signal });
    expect(ends).toEqual(['sync']);
    await expect(first).rejects.toBe('during');
    const again = new AbortController();
    controller.abort = (reason) => again.abort(reason);
    await expect(map(new Semaphore(1), late(), fn, { signal: again.signal })).rejects.toBe('during');
    await rest();
    expect([ends, fn.mock.calls.length]).toEqual([['sync', 'async'], 0]);
  });

  it.each([
    ['ends', (): IteratorResult<number> => ({ done: true, value: undefined })],
    [
      'fails',
      (): never => {
        throw new Error('dropped');
      },
    ],
  ])('is not closed where it %s by itself in the read during which the run ends', async (_, answer) => {
    const controller = new AbortController();
    const close = vi.fn();
    const next = (): IteratorResult<number> => {
      controller.abort('during');
      return answer();
    };
    const source = { [Symbol.iterator]: () => ({ next, return: close }) } as Iterable<number>;
    await expect(map(new Semaphore(1), source, () => {}, { signal: controller.signal })).rejects.toBe('during');
    expect(close).not.toHaveBeenCalled();
  });
});

describe('a wait that fails map()', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is one that takes longer than the timeout, not all of them together', async () => {
    const semaphore = new Semaphore(1, { name: 'api' });
    const running = jobs();
    const source = counting(3, false);
    const outcome = vi.fn();
    const result = map(semaphore, source, running.fn, { timeout: 100 });
    result.catch(outcome);
    vi.advanceTimersByTime(99);
    running[0]?.resolve('first');
    await rest();
    vi.advanceTimersByTime(99);
    await rest();
    expect([outcome.mock.calls.length, running.started, vi.getTimerCount()]).toEqual([0, [0, 1], 1]);
    vi.advanceTimersByTime(1);
    await rest();
    expect(outcome.mock.calls).toEqual([[expect.any(TimeoutError)]]);
    expect(outcome.mock.calls[0]?.[0]).toHaveProperty('message', 'Semaphore "api": map() timed out after 100 ms');
    expect([source.counts.closed, semaphore.waiting, vi.getTimerCount()]).toEqual([1, 0, 0]);
    running[1]?.resolve('second');
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('is none with a timeout of 0 as long as holds are free', async () => {
    const semaphore = new Semaphore(1);
    expect(await map(semaphore, [1, 2, 3], (n) => n, { timeout: 0 })).toEqual([1, 2, 3]);
    const message = 'Semaphore: map() timed out after 0 ms';
    await expect(map(semaphore, [1, 2], () => rest(), { timeout: 0 })).rejects.toThrow(new TimeoutError(message));
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('is one that cancel() ends', async () => {
    const semaphore = new Semaphore(1);
    const running = jobs();
    const source = counting(3, false);
    const result = map(semaphore, source, running.fn);
    semaphore.cancel('over');
    expect(source.counts).toEqual({ read: 2, closed: 1 });
    await expect(result).rejects.toBe('over');
    running[0]?.resolve('first');
    await rest();
    expect(semaphore.available).toBe(1);
  });

  it('does not let the line move while cancel() ends all waits', async () => {
    const semaphore = new Semaphore(2);
    await semaphore.take();
    const options: PermitOptions = { permits: 2 };
    const mapped = map(semaphore, [1], () => {}, options);
    const behind = semaphore.take();
    semaphore.cancel('all');
    await expect(mapped).rejects.toBe('all');
    await expect(behind).rejects.toBe('all');
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('is one whose timer cannot be started', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.take();
    const source = counting(3, false);
    const error = new Error('no timers');
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(() => {
      throw error;
    });
    await expect(map(semaphore, source, () => {}, { timeout: 5 })).rejects.toBe(error);
    vi.restoreAllMocks();
    expect([semaphore.waiting, source.counts.closed]).toEqual([0, 1]);
  });
});
