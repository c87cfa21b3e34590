import { AbortError, map, Semaphore } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { counting, countingSignal, jobs, rest, Silent } from './scene.ts';

describe('an abort of the signal of map()', () => {
  it('before the call reads nothing, starts nothing, and closes the source', async () => {
    const semaphore = new Semaphore(1);
    const source = counting(3, false);
    const fn = vi.fn();
    await expect(map(semaphore, source, fn, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect([source.counts, fn.mock.calls.length, semaphore.available]).toEqual([{ read: 0, closed: 1 }, 0, 1]);
  });

  it('while it waits for a hold leaves the line, and keeps the holds of running calls', async () => {
    const semaphore = new Semaphore(1);
    const { controller, signal, listeners } = countingSignal();
    const running = jobs();
    const source = counting(5, false);
    const result = map(semaphore, source, running.fn, { signal });
    expect([semaphore.waiting, listeners()]).toEqual([1, 1]);
    controller.abort('during');
    expect([semaphore.waiting, source.counts]).toEqual([0, { read: 2, closed: 1 }]);
    await expect(result).rejects.toBe('during');
    expect(semaphore.available).toBe(0);
    running[0]?.resolve(undefined);
    await rest();
    expect([semaphore.available, running.started]).toEqual([1, [0]]);
  });

  it('rejects while the source is silent', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const source = new Silent();
    const result = map(semaphore, source, () => {}, { signal: controller.signal });
    controller.abort('during');
    expect(source.counts).toEqual({ read: 1, closed: 1 });
    await expect(result).rejects.toBe('during');
    source.give(1);
    await rest();
    expect([source.counts, semaphore.available]).toEqual([{ read: 1, closed: 1 }, 1]);
  });

  it('rejects while the last calls are running, although the source has ended', async () => {
    const controller = new AbortController();
    const source = counting(2, false);
    const running = jobs();
    const result = map(new Semaphore(2), source, running.fn, { signal: controller.signal });
    controller.abort('during');
    await expect(result).rejects.toBe('during');
    expect(source.counts).toEqual({ read: 2, closed: 0 });
  });

  it('wins over the failure that it causes', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const fetching = (): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('fetch failed'))));
    const result = map(new Semaphore(2), [1, 2], fetching, { signal });
    controller.abort('mine');
    await expect(result).rejects.toBe('mine');
  });

  it('by fn itself starts nothing more', async () => {
    const controller = new AbortController();
    const semaphore = new Semaphore(2);
    const source = counting(5, false);
    const fn = vi.fn((item: number) => {
      if (item === 1) controller.abort('inside');
    });
    await expect(map(semaphore, source, fn, { signal: controller.signal })).rejects.toBe('inside');
    expect([fn.mock.calls.length, source.counts, semaphore.available]).toEqual([2, { read: 2, closed: 1 }, 2]);
  });

  it('after the end changes nothing', async () => {
    const { controller, signal, listeners } = countingSignal();
    const result = map(new Semaphore(2), counting(3, true), async (n) => n, { signal });
    expect(listeners()).toBe(1);
    expect(await result).toEqual([0, 1, 2]);
    expect(listeners()).toBe(0);
    controller.abort('late');
    expect(await result).toEqual([0, 1, 2]);
  });

  it('may be one of many: their signal has one listener', async () => {
    const { controller, signal, listeners } = countingSignal();
    const semaphore = new Semaphore(1);
    const results = Array.from({ length: 20 }, () => map(semaphore, [1, 2], () => new Promise(() => {}), { signal }));
    await rest();
    expect([listeners(), semaphore.waiting]).toEqual([1, 20]);
    controller.abort('all');
    expect(semaphore.waiting).toBe(0);
    for (const result of results) await expect(result).rejects.toBe('all');
  });

  it('leaves no listener behind a failure', async () => {
    const { signal, listeners } = countingSignal();
    await expect(map(new Semaphore(2), [1], () => Promise.reject('mine'), { signal })).rejects.toBe('mine');
    expect(listeners()).toBe(0);
  });

  it('has a reason of ours if the signal has none', async () => {
    const { signal } = new AbortController();
    const polyfill = {
      aborted: true,
      addEventListener: signal.addEventListener.bind(signal),
      removeEventListener: signal.removeEventListener.bind(signal),
    };
    await expect(map(new Semaphore(1), [1], () => {}, { signal: polyfill as never })).rejects.toThrow(AbortError);
  });

  it('rejects with what a broken signal throws, and closes the source', async () => {
    const error = new Error('no events');
    const signal = {
      aborted: false,
      addEventListener(): never {
        throw error;
      },
      removeEventListener() {},
    };
    const source = counting(3, false);
    await expect(map(new Semaphore(1), source, () => {}, { signal: signal as never })).rejects.toBe(error);
    expect(source.counts).toEqual({ read: 0, closed: 1 });
  });
});

describe('an abort that our listener has not been told of', () => {
  /** A signal that says it has aborted, and tells nobody. */
  function quietSignal(): { signal: AbortSignal; abort(): void } {
    const { signal } = new AbortController();
    const state = { aborted: false };
    Object.defineProperty(signal, 'aborted', { get: () => state.aborted });
    Object.defineProperty(signal, 'reason', { get: () => (state.aborted ? 'quiet' : undefined) });
    return { signal, abort: () => void Object.assign(state, { aborted: true }) };
  }

  it('counts when an item comes: it is not started', async () => {
    const semaphore = new Semaphore(1);
    const { signal, abort } = quietSignal();
    const source = new Silent();
    const fn = vi.fn();
    const result = map(semaphore, source, fn, { signal });
    abort();
    source.give(1);
    await expect(result).rejects.toBe('quiet');
    expect([fn.mock.calls.length, source.counts, semaphore.available]).toEqual([0, { read: 1, closed: 1 }, 1]);
  });

  it('counts when a hold comes: nothing is started with it', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.take();
    const { signal, abort } = quietSignal();
    const fn = vi.fn();
    const result = map(semaphore, [1], fn, { signal });
    const behind = vi.fn(() => semaphore.release());
    semaphore.take(behind);
    abort();
    semaphore.release();
    expect([behind.mock.calls.length, semaphore.waiting, semaphore.available]).toEqual([1, 0, 1]);
    await expect(result).rejects.toBe('quiet');
    expect(fn).not.toHaveBeenCalled();
  });

  it('counts when it happens between a grant and the start of fn', async () => {
    const semaphore = new Semaphore(0);
    const { signal, abort } = quietSignal();
    const fn = vi.fn();
    semaphore.take(abort);
    const result = map(semaphore, [1], fn, { signal });
    semaphore.capacity = 2;
    await expect(result).rejects.toBe('quiet');
    expect([fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([0, 1, 0]);
  });

  it('counts when a call ends: with a result or a failure, or as the last one', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      for (const length of [1, 2]) {
        const semaphore = new Semaphore(2);
        const { signal, abort } = quietSignal();
        const running = jobs();
        const result = map(semaphore, counting(length, false), running.fn, { signal });
        abort();
        running[0]?.[end]('too late');
        await expect(result).rejects.toBe('quiet');
        expect(semaphore.available).toBe(3 - length);
      }
    }
  });

  it('counts when the source ends or fails', async () => {
    for (const answer of ['end', 'fail'] as const) {
      const { signal, abort } = quietSignal();
      const source = new Silent();
      const result = map(new Semaphore(1), source, () => {}, { signal });
      abort();
      source[answer]('too late');
      await expect(result).rejects.toBe('quiet');
      expect(source.counts.closed).toBe(0);
    }
  });
});

describe('a hold that is granted in the same moment as the run ends', () => {
  it('is given back, and goes to the next waiter', async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const fn = vi.fn();
    const behind = vi.fn();
    semaphore.take(() => controller.abort('between'));
    const result = map(semaphore, [1], fn, { signal: controller.signal });
    semaphore.capacity = 2;
    semaphore.take(behind);
    await expect(result).rejects.toBe('between');
    expect([fn.mock.calls.length, behind.mock.calls.length, semaphore.available]).toEqual([0, 1, 0]);
  });
});
