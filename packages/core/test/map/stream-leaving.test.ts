import { getEventListeners } from 'node:events';
import { type PermitOptions, Semaphore, stream } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { counting, countingSignal, jobs, rest, Silent } from './scene.ts';

const done = { done: true, value: undefined };

describe('leaving a stream()', () => {
  it('by break reads no more, closes the source, and does not wait for running calls', async () => {
    const semaphore = new Semaphore(2);
    const { signal, listeners } = countingSignal();
    const source = counting(9, true);
    const running = jobs();
    const started = stream(semaphore, source, (n) => (n === 0 ? 'first' : running.fn(n)), { signal });
    for await (const result of started) {
      expect([result, listeners()]).toEqual(['first', 1]);
      await rest();
      break;
    }
    expect([running.started, source.counts, listeners()]).toEqual([[1, 2], { read: 4, closed: 1 }, 0]);
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
    running[1]?.resolve('dropped');
    running[2]?.reject('dropped');
    await rest();
    expect([semaphore.available, source.counts]).toEqual([2, { read: 4, closed: 1 }]);
    expect(await started.next()).toEqual(done);
  });

  it('by a throw in the loop does the same', async () => {
    const source = counting(99, false);
    const loop = async (): Promise<void> => {
      for await (const _ of stream(new Semaphore(1), source, (n) => n)) throw new Error('mine');
    };
    await expect(loop()).rejects.toThrow('mine');
    expect(source.counts.closed).toBe(1);
  });

  it('by return() answers pending calls of next() with done, and gives its value back', async () => {
    const semaphore = new Semaphore(1);
    const source = new Silent();
    const results = stream(semaphore, source, () => {});
    const pending = [results.next(), results.next()];
    expect(await results.return?.('mine')).toEqual({ done: true, value: 'mine' });
    expect(await Promise.all(pending)).toEqual([done, done]);
    expect([source.counts, await results.next()]).toEqual([{ read: 1, closed: 1 }, done]);
    source.give(1);
    await rest();
    expect([source.counts.read, semaphore.available]).toEqual([1, 1]);
  });

  it('by return() awaits its value, as a generator does', async () => {
    const results = stream(new Semaphore(1), [1, 2], (n) => n);
    expect(await results.return?.(Promise.resolve('value'))).toEqual({ done: true, value: 'value' });
  });

  it('by throw() rejects with the error, and ends the stream', async () => {
    const source = counting(99, false);
    const results = stream(new Semaphore(1), source, (n) => n);
    await results.next();
    await expect(results.throw?.('mine')).rejects.toBe('mine');
    expect([await results.next(), source.counts.closed]).toEqual([done, 1]);
  });

  it('leaves the line, so that the waiters behind it go', async () => {
    const semaphore = new Semaphore(3);
    await semaphore.take({ permits: 2 });
    const options: PermitOptions = { permits: 3 };
    const results = stream(semaphore, [1], () => {}, options);
    const pending = results.next();
    const behind = vi.fn();
    semaphore.take(behind);
    expect([semaphore.waiting, behind.mock.calls.length]).toEqual([2, 0]);
    await results.return?.();
    expect([semaphore.waiting, behind.mock.calls]).toEqual([0, [[]]]);
    expect(await pending).toEqual(done);
  });

  it('before the first next() closes the source, and reads nothing', async () => {
    const { signal, listeners } = countingSignal();
    const source = counting(9, false);
    const fn = vi.fn();
    const results = stream(new Semaphore(1), source, fn, { signal });
    expect(listeners()).toBe(0);
    expect(await results.return?.()).toEqual(done);
    expect(await results.next()).toEqual(done);
    expect([source.counts, fn.mock.calls.length, listeners()]).toEqual([{ read: 0, closed: 1 }, 0, 0]);
  });

  it('after the end does not close the source', async () => {
    const source = counting(1, false);
    const results = stream(new Semaphore(1), source, (n) => n);
    await results.next();
    await results.next();
    await results.return?.();
    expect(source.counts.closed).toBe(0);
  });

  it('twice closes the source once', async () => {
    const source = counting(99, false);
    const results = stream(new Semaphore(1), source, (n) => n);
    await Promise.all([
      results.next(),
      results.return?.(),
      results.return?.(),
      results.throw?.('mine').catch(() => {}),
    ]);
    expect(source.counts.closed).toBe(1);
  });

  it('by fn or by the source itself starts nothing more', async () => {
    const started: number[] = [];
    const first = stream(new Semaphore(2), counting(9, false), (n) => {
      started.push(n);
      if (n === 1) void first.return?.();
      return n;
    });
    expect(await first.next()).toEqual({ done: false, value: 0 });
    expect([await first.next(), started]).toEqual([done, [0, 1]]);

    const ends: string[] = [];
    function* items(): Generator<number> {
      try {
        yield 0;
        void second.return?.();
        yield 1;
      } finally {
        ends.push('closed');
      }
    }
    const second = stream(new Semaphore(2), items(), (n) => n);
    expect(await second.next()).toEqual({ done: false, value: 0 });
    expect([await second.next(), ends]).toEqual([done, ['closed']]);
  });

  it('by the end of a block of `await using`, where the runtime has the symbol', async () => {
    const source = counting(99, false);
    const disposed = stream(new Semaphore(1), source, (n) => n);
    await disposed.next();
    expect(await Reflect.get(disposed, Symbol.asyncDispose)()).toBeUndefined();
    expect(source.counts.closed).toBe(1);
    const { iterator, asyncIterator } = Symbol;
    vi.stubGlobal('Symbol', { iterator, asyncIterator });
    const results = stream(new Semaphore(1), [1], (n) => n);
    vi.unstubAllGlobals();
    expect(Reflect.ownKeys(results)).toEqual(['next', 'return', 'throw', asyncIterator]);
  });
});

describe('an abort of stream()', () => {
  it('is thrown immediately, and drops the results that wait', async () => {
    for (const ordered of [true, false]) {
      const semaphore = new Semaphore(2);
      const { controller, signal, listeners } = countingSignal();
      const source = counting(9, false);
      const running = jobs();
      const results = stream(semaphore, source, running.fn, { signal, ordered });
      const first = results.next();
      running[1]?.resolve('b');
      running[0]?.resolve('a');
      await first;
      await rest();
      controller.abort('mine');
      expect([source.counts.closed, listeners(), semaphore.waiting]).toEqual([1, 0, 0]);
      await expect(results.next()).rejects.toBe('mine');
      expect(await results.next()).toEqual(done);
      expect(semaphore.available).toBe(0);
    }
  });

  it('rejects a pending next(); further ones are done', async () => {
    const controller = new AbortController();
    const source = new Silent();
    const results = stream(new Semaphore(1), source, () => {}, { signal: controller.signal });
    const [first, second] = [results.next(), results.next()];
    controller.abort('mine');
    await expect(first).rejects.toBe('mine');
    expect([await second, source.counts]).toEqual([done, { read: 1, closed: 1 }]);
  });

  it('is thrown although a failure waits for the items before it', async () => {
    const controller = new AbortController();
    const running = jobs();
    const results = stream(new Semaphore(2), counting(9, false), running.fn, { signal: controller.signal });
    const first = results.next();
    running[1]?.reject('failure');
    await rest();
    controller.abort('mine');
    await expect(first).rejects.toBe('mine');
  });

  it('before the first next() is thrown by it', async () => {
    const source = counting(9, false);
    const results = stream(new Semaphore(1), source, () => {}, { signal: AbortSignal.abort('before') });
    await expect(results.next()).rejects.toBe('before');
    expect([await results.next(), source.counts]).toEqual([done, { read: 0, closed: 1 }]);
  });

  it('counts for next() even before our listener has run', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const { signal } = controller;
    const behind = vi.fn();
    const source = counting(9, false);
    let last: Promise<unknown> = Promise.resolve();
    signal.addEventListener('abort', () => {
      last = results.next();
      expect([source.counts.closed, behind.mock.calls.length]).toEqual([1, 1]);
    });
    const results = stream(semaphore, source, (n) => n, { signal, buffer: 2 });
    await results.next();
    semaphore.capacity = 0;
    await results.next();
    expect(semaphore.waiting).toBe(1);
    semaphore.take(behind);
    semaphore.capacity = 1;
    controller.abort('mine');
    await expect(last).rejects.toBe('mine');
    expect(await results.next()).toEqual(done);
  });

  it('after the last result changes nothing', async () => {
    const { controller, signal, listeners } = countingSignal();
    const results = stream(new Semaphore(1), [1], (n) => n, { signal });
    await results.next();
    expect(await results.next()).toEqual(done);
    expect(listeners()).toBe(0);
    controller.abort('late');
    expect(await results.next()).toEqual(done);
  });

  it('leaves no listener behind a failure that was thrown', async () => {
    const { signal, listeners } = countingSignal();
    const running = jobs();
    const results = stream(new Semaphore(2), counting(9, false), running.fn, { signal });
    const first = results.next();
    running[0]?.reject('mine');
    await expect(first).rejects.toBe('mine');
    expect(listeners()).toBe(0);
    running[1]?.resolve('dropped');
    await rest();
    expect(await results.next()).toEqual(done);
  });

  it('rejects with what a broken signal throws', async () => {
    const error = new Error('no events');
    const signal = {
      aborted: false,
      addEventListener(): never {
        throw error;
      },
      removeEventListener() {},
    };
    const source = counting(3, false);
    const results = stream(new Semaphore(1), source, () => {}, { signal: signal as never });
    await expect(results.next()).rejects.toBe(error);
    expect([await results.next(), source.counts.closed]).toEqual([done, 1]);
  });
});

it('answers a pending next() of a run whose call has not ended', async () => {
  const semaphore = new Semaphore(1);
  const results = stream(semaphore, [1], () => new Promise<never>(() => {}));
  const pending = results.next();
  await results.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
});

it('listens no more once its signal has aborted, also if nobody asks for the next result', async () => {
  const controller = new AbortController();
  const results = stream(new Semaphore(1), [1, 2], async (item) => item, { signal: controller.signal });
  await results.next();
  controller.abort();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
