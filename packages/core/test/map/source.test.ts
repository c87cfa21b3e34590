import { AsyncLocalStorage } from 'node:async_hooks';
import { UnhandledRejections } from '@valvekit-internal/laws/contract/unhandled-rejections';
import { rest } from '@valvekit-internal/laws/rest';
import { hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { map, Semaphore, stream } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counting, deferred, item, scripted } from './scene.ts';

let unhandled: UnhandledRejections;
beforeEach(() => {
  unhandled = new UnhandledRejections();
});
afterEach(async () => {
  const reasons = await unhandled.reasons();
  unhandled.stop();
  expect(reasons).toEqual([]);
});

describe('a source', () => {
  it('that is silent keeps no permit', async () => {
    const semaphore = new Semaphore(1);
    void map(semaphore, scripted([item(1)]), () => {});
    await rest();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('needs no permit to end', async () => {
    const semaphore = new Semaphore(1);
    const pause = () => {
      semaphore.capacity = 0;
    };
    expect(await map(semaphore, [1], pause)).toEqual([undefined]);
    expect(semaphore.waiting).toBe(0);
  });

  it('whose items are promises gives the promises', async () => {
    const promises = [Promise.resolve(1), thenable(() => {})];
    const seen: unknown[] = [];
    await map(new Semaphore(1), promises, (promise) => void seen.push(promise));
    expect(seen).toEqual(promises);
  });

  it('may give a step of an async source without a promise, and by a foreign one', async () => {
    const steps = [
      () => ({ done: false, value: 1 }),
      () => thenable((done: (step: unknown) => void) => done({ done: false, value: 2 })),
      () => ({ done: true }),
    ];
    expect(await map(new Semaphore(1), scripted(steps), (n) => n)).toEqual([1, 2]);
  });

  it('that gives a hostile thenable has failed', async () => {
    const source = scripted([() => hostileThenable(new Error('then'))]);
    await expect(map(new Semaphore(1), source, () => {})).rejects.toThrow('then');
    expect(source.source.closed).toBe(0);
  });

  it('is closed with its own iterator as `this`, and asked for next() once', async () => {
    const seen: unknown[] = [];
    const iterator = {
      get next() {
        seen.push('next');
        return function (this: unknown) {
          seen.push(this);
          return { done: false, value: 1 };
        };
      },
      return(this: unknown) {
        seen.push(this);
      },
    };
    const source = { [Symbol.iterator]: () => iterator } as unknown as Iterable<number>;
    await map(new Semaphore(1), source, (_, index) => {
      if (index === 1) throw new Error('mine');
    }).catch(() => {});
    expect(seen).toHaveLength(4);
    expect(seen.filter((each) => each === iterator)).toHaveLength(3);
  });

  it.each([false, true])('is closed at once when it is aborted while silent (within fn: %s)', async (isInFn) => {
    const controller = new AbortController();
    const source = scripted([item(1)]);
    const fn = vi.fn(() => (isInFn ? controller.abort('stop') : undefined));
    const mapped = map(new Semaphore(1), source, fn, { signal: controller.signal });
    const rejected = expect(mapped).rejects.toBe('stop');
    await rest();
    if (!isInFn) controller.abort('stop');
    await rejected;
    expect(source.source.closed).toBe(1);
  });

  it('is not closed when it has failed after an abort, nor when it has ended', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const failing = scripted([
      () => {
        controller.abort('stop');
        throw new Error('source');
      },
    ]);
    await expect(map(new Semaphore(1), failing, () => {}, { signal })).rejects.toBe('stop');
    expect(failing.source.closed).toBe(0);
    const second = new AbortController();
    const ending = scripted([
      () => {
        second.abort('stop');
        return { done: true };
      },
    ]);
    await expect(map(new Semaphore(1), ending, () => {}, { signal: second.signal })).rejects.toBe('stop');
    expect(ending.source.closed).toBe(0);
  });

  it.each([
    ['a step', () => ({ done: false, value: 1 })],
    ['a promise', async () => ({ done: false, value: 1 })],
  ])('that ends the run inside its next(), and returns %s, is closed after that', async (_, next) => {
    const controller = new AbortController();
    const closed = vi.fn();
    const iterator = {
      next() {
        controller.abort('stop');
        expect(closed).not.toHaveBeenCalled();
        return next();
      },
      return: closed,
    };
    const source = { [Symbol.iterator]: () => iterator } as unknown as Iterable<number>;
    const fn = vi.fn();
    await expect(map(new Semaphore(1), source, fn, { signal: controller.signal })).rejects.toBe('stop');
    await rest();
    expect([closed.mock.calls.length, fn.mock.calls.length]).toEqual([1, 0]);
  });

  it('that is a generator runs its finally when it ends the run itself', async () => {
    const controller = new AbortController();
    const ends: string[] = [];
    function* items() {
      try {
        yield 1;
        controller.abort('stop');
        yield 2;
      } finally {
        ends.push('finally');
      }
    }
    await expect(map(new Semaphore(2), items(), () => {}, { signal: controller.signal })).rejects.toBe('stop');
    expect(ends).toEqual(['finally']);
  });

  it('that ends the run inside a getter of its step is closed once', async () => {
    const controller = new AbortController();
    const step = {
      done: false,
      get value() {
        controller.abort('stop');
        return 1;
      },
    };
    const source = scripted([() => step], false);
    const fn = vi.fn();
    await expect(map(new Semaphore(1), source, fn, { signal: controller.signal })).rejects.toBe('stop');
    expect([source.source.closed, fn.mock.calls.length]).toEqual([1, 0]);
  });

  it('whose late step comes after the failure is not looked at', async () => {
    const late = deferred<unknown>();
    const source = scripted([item(1), () => late.promise]);
    const mapped = map(new Semaphore(2), source, () => Promise.reject('mine'));
    await expect(mapped).rejects.toBe('mine');
    const get = vi.fn();
    late.resolve(Object.defineProperty({}, 'done', { get }));
    await rest();
    expect([get.mock.calls.length, source.source.closed]).toEqual([0, 1]);
  });

  it('is read and closed in the async context of the caller', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const note = (): unknown => seen.push(storage.getStore());
    const iterator = {
      next() {
        note();
        return { done: false, value: 1 };
      },
      return: note,
    };
    const source = { [Symbol.iterator]: () => iterator } as unknown as Iterable<number>;
    const controller = new AbortController();
    const semaphore = new Semaphore(0);
    const fn = () => {
      note();
      return new Promise(() => {});
    };
    const mapped = storage.run('caller', () => map(semaphore, source, fn, { signal: controller.signal }));
    storage.run('other', () => {
      semaphore.capacity = 2;
      controller.abort('stop');
    });
    await expect(mapped).rejects.toBe('stop');
    expect(new Set(seen)).toEqual(new Set(['caller']));
    expect(seen.length).toBeGreaterThan(3);
  });

  it('may call back into the stream that reads it', async () => {
    function* items() {
      yield 1;
      void results.return?.();
      yield 2;
    }
    const results: AsyncIterableIterator<number> = stream(new Semaphore(1), items(), (n) => n);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('has a million items, and needs no more stack', async () => {
    const semaphore = new Semaphore(1);
    void semaphore.take();
    const mapped = map(semaphore, counting(1_000_000), (n) => n);
    semaphore.release();
    expect(await mapped).toHaveLength(1_000_000);
  });
});
