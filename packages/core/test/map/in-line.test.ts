import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { UnhandledRejections } from '@valvekit-internal/laws/contract/unhandled-rejections';
import { rest } from '@valvekit-internal/laws/rest';
import { KeyedLocks, Mutex, map, ReadWriteLock, Semaphore, stream } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { Contexts, counting, type Deferred, deferred, deferreds, item, quiet, scripted } from './scene.ts';

let unhandled: UnhandledRejections;
beforeEach(() => {
  unhandled = new UnhandledRejections();
});
afterEach(async () => {
  vi.useRealTimers();
  const reasons = await unhandled.reasons();
  unhandled.stop();
  expect(reasons).toEqual([]);
});

describe('map() over the locks of this thread', () => {
  it('runs one call at a time with a Mutex and a write side, and all at once with a read side', async () => {
    let running = 0;
    let most = 0;
    const fn = async (n: number) => {
      most = Math.max(most, ++running);
      await rest();
      running--;
      return n;
    };
    const most3: number[] = [];
    const { read, write } = new ReadWriteLock();
    for (const lock of [new Mutex(), write, read]) {
      most = 0;
      expect(await map(lock, [0, 1, 2], fn)).toEqual([0, 1, 2]);
      most3.push(most);
    }
    expect(most3).toEqual([1, 1, 3]);
  });

  it('names the lock and itself in a timeout', async () => {
    const api = new Semaphore(0, { name: 'api' });
    await expect(map(api, [1], () => {}, { timeout: 0 })).rejects.toThrow(
      'Semaphore "api": map() timed out after 0 ms',
    );
    const { read } = new ReadWriteLock({ name: 'cache' });
    const lock = new ReadWriteLock({ name: 'cache' });
    const held = lock.write.tryAcquire();
    await expect(map(lock.read, [1], () => {}, { timeout: 0 })).rejects.toThrow(
      'ReadWriteLock "cache": map() timed out after 0 ms',
    );
    held?.release();
    expect(await map(read, [1], (n) => n)).toEqual([1]);
  });

  it('needs no AbortController', async () => {
    vi.stubGlobal('AbortController', undefined);
    try {
      expect(await map(new Semaphore(1), [1, 2], async (n) => n)).toEqual([1, 2]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('makes no promise for a permit', async () => {
    const semaphore = new Semaphore(1);
    void semaphore.take();
    const acquire = vi.spyOn(semaphore, 'acquire');
    const mapped = map(semaphore, [1, 2], (n) => n);
    semaphore.release();
    expect(semaphore.available).toBe(1);
    expect(await mapped).toEqual([1, 2]);
    expect(acquire).not.toHaveBeenCalled();
  });

  it('has a new timeout for each wait', async () => {
    vi.useFakeTimers();
    const semaphore = new Semaphore(1);
    const jobs = deferreds(3);
    const mapped = map(semaphore, [0, 1, 2], (n) => (jobs[n] as Deferred<void>).promise, { timeout: 10 });
    for (const job of jobs) {
      vi.advanceTimersByTime(9);
      job.resolve();
      await rest();
    }
    expect(await mapped).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('map() over keyed locks', () => {
  it('uses the lock of the key, and leaves none behind', async () => {
    const locks = new KeyedLocks();
    for (const lock of [locks.mutex('a'), locks.semaphore('a', 2), locks.readWriteLock('a').read]) {
      const mapped = map(lock, [1, 2, 3], async (n) => n);
      expect([locks.size, lock.isLocked]).toEqual([1, true]);
      expect(await mapped).toEqual([1, 2, 3]);
      expect(locks.size).toBe(0);
      await map(lock, [1], () => Promise.reject('mine')).catch(() => {});
      expect(locks.size).toBe(0);
      await map(lock, [], () => {});
      expect(locks.size).toBe(0);
    }
  });

  it('takes the capacity of its view with each request', async () => {
    const locks = new KeyedLocks();
    const jobs = deferreds(4);
    const fn = vi.fn((n: number) => (jobs[n] as Deferred<void>).promise);
    const mapped = map(locks.semaphore('a', 2), [0, 1, 2, 3], fn);
    expect(fn).toHaveBeenCalledTimes(2);
    expect(locks.semaphore('a', 1).tryAcquire()).toBeUndefined();
    jobs[0]?.resolve();
    await rest();
    expect(fn).toHaveBeenCalledTimes(2);
    // Now the third call starts, and the fourth asks with the capacity of the view.
    jobs[1]?.resolve();
    await rest();
    expect(fn).toHaveBeenCalledTimes(4);
    for (const job of jobs) job.resolve();
    await mapped;
    expect(locks.size).toBe(0);
  });

  it('keeps no key while it neither holds nor waits', async () => {
    const locks = new KeyedLocks();
    const silent = stream(locks.mutex('a'), scripted([item(1), item(2)]), (n) => n);
    expect(locks.size).toBe(0);
    await silent.next();
    await silent.next();
    await rest();
    expect(locks.size).toBe(0);
    const full = stream(locks.mutex('a'), counting(9), (n) => n, { buffer: 1 });
    await full.next();
    expect(locks.size).toBe(0);
    expect(await full.next()).toEqual({ done: false, value: 1 });
    expect(locks.size).toBe(0);
    await silent.return?.();
    await full.return?.();
    expect(locks.size).toBe(0);
  });

  it('keeps none if it is refused, or aborted while it waits', async () => {
    const locks = new KeyedLocks();
    await expect(map(locks.mutex('a'), [1], () => {}, { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
    expect(locks.size).toBe(0);
    const guard = await locks.mutex('a').acquire();
    const controller = new AbortController();
    const mapped = map(locks.mutex('a'), [1], () => {}, { signal: controller.signal });
    expect(locks.waiting).toBe(1);
    controller.abort('stop');
    await expect(mapped).rejects.toBe('stop');
    expect([locks.waiting, locks.size]).toEqual([0, 1]);
    guard.release();
    expect(locks.size).toBe(0);
  });
});

describe('map(): abort', () => {
  it('blocks nobody in its line, even before any listener has run', async () => {
    const lock = new ReadWriteLock();
    const reader = lock.read.tryAcquire();
    const signal = foreignSignal();
    const mapped = map(lock.write, [1], () => {}, { signal });
    const rejected = expect(mapped).rejects.toHaveProperty('name', 'AbortError');
    expect([lock.waiting, lock.tryReadLock()]).toEqual([1, false]);
    abortSilently(signal);
    expect(lock.tryReadLock()).toBe(true);
    await rejected;
    reader?.release();
    lock.unlock();
    expect(lock.isLocked).toBe(false);
  });

  it('counts before our listener has run, when a permit comes', async () => {
    const semaphore = new Semaphore(1);
    void semaphore.take();
    const signal = foreignSignal({ reason: 'polyfilled' });
    const fn = vi.fn();
    const mapped = map(semaphore, counting(3), fn, { signal });
    abortSilently(signal);
    semaphore.release();
    await expect(mapped).rejects.toBe('polyfilled');
    expect([fn.mock.calls.length, semaphore.available, semaphore.waiting]).toEqual([0, 1, 0]);
  });

  it('counts before our listener has run, when a call ends', async () => {
    const signal = foreignSignal();
    const job = deferred();
    const mapped = map(new Semaphore(1), [1], () => job.promise, { signal });
    abortSilently(signal);
    job.resolve();
    await expect(mapped).rejects.toHaveProperty('name', 'AbortError');
  });

  it('in a call of fn starts no other', async () => {
    const controller = new AbortController();
    const fn = vi.fn(() => controller.abort('stop'));
    const items = counting(9);
    await expect(map(new Semaphore(9), items, fn, { signal: controller.signal })).rejects.toBe('stop');
    expect([fn.mock.calls.length, items.source]).toEqual([1, { pulled: 1, closed: 1 }]);
  });

  it('lets all lines go on before any callback runs', () => {
    const [first, second] = [new ReadWriteLock(), new ReadWriteLock()];
    for (const lock of [first, second]) lock.read.tryAcquire();
    const { signal, controller } = aborting();
    map(first.write, [1], () => {}, { signal }).catch(() => {});
    second.writeLock(() => {}, { signal });
    const seen: unknown[] = [];
    first.readLock(() => seen.push(first.readers, second.readers));
    second.readLock(() => seen.push('second'));
    controller.abort('stop');
    expect(seen).toEqual([2, 2, 'second']);
  });

  it('outlives a signal that cannot be listened to', async () => {
    const signal = foreignSignal({
      addEventListener() {
        throw new Error('no listeners');
      },
    });
    const items = counting(3);
    await expect(map(new Semaphore(1), items, () => {}, { signal })).rejects.toThrow('no listeners');
    expect(items.source).toEqual({ pulled: 0, closed: 1 });
    await expect(stream(new Semaphore(1), items, () => {}, { signal }).next()).rejects.toThrow('no listeners');
  });
});

describe('map() and stream() leave nothing behind', () => {
  it.each<[string, (signal: AbortSignal, abort: () => void) => Promise<unknown>]>([
    ['success', (signal) => map(new Semaphore(1), [1, 2], async (n) => n, { signal })],
    ['a failure', (signal) => map(new Semaphore(1), [1, 2], () => Promise.reject('mine'), { signal })],
    ['a bad source', (signal) => map(new Semaphore(1), 5 as never, () => {}, { signal })],
    ['a timeout', (signal) => map(new Semaphore(0), [1, 2], () => {}, { signal, timeout: 0 })],
    ['an aborted signal', () => map(new Semaphore(1), [1, 2], () => {}, { signal: AbortSignal.abort() })],
    [
      'an abort while waiting',
      (signal, abort) => {
        const mapped = map(new Semaphore(0), [1, 2], () => {}, { signal, timeout: 5 });
        abort();
        return mapped;
      },
    ],
    [
      'cancel()',
      (signal) => {
        const semaphore = new Semaphore(0);
        const mapped = map(semaphore, [1, 2], () => {}, { signal, timeout: 5 });
        semaphore.cancel();
        return mapped;
      },
    ],
    [
      'a stream to its end',
      async (signal) => {
        for await (const _ of stream(new Semaphore(1), [1, 2], (n) => n, { signal })) await rest();
      },
    ],
    [
      'a stream that is left',
      async (signal) => {
        for await (const _ of stream(new Semaphore(1), [1, 2], (n) => n, { signal })) break;
      },
    ],
    [
      'a stream that fails',
      async (signal) => {
        for await (const _ of stream(new Semaphore(1), [1, 2], () => Promise.reject('mine'), { signal }));
      },
    ],
    [
      'an aborted stream that nobody reads on',
      async (signal, abort) => {
        const results = quiet(stream(new Semaphore(1), counting(9), (n) => n, { signal, buffer: 1 }));
        await results.next();
        abort();
      },
    ],
    [
      'a stream that was never read',
      async (signal) => {
        stream(new Semaphore(1), [1, 2], (n) => n, { signal });
      },
    ],
    [
      'a stream that is left before it is read',
      async (signal) => stream(new Semaphore(1), [1], (n) => n, { signal }).return?.(),
    ],
  ])('after %s', async (_, run) => {
    vi.useFakeTimers();
    using contexts = new Contexts();
    const { signal, controller } = aborting();
    const unhurt = run(signal, () => controller.abort('stop')).catch(() => {});
    await unhurt;
    await rest();
    await rest();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect([...contexts.open]).toEqual([]);
  });

  it('has one listener for many runs, and one context for each', async () => {
    using contexts = new Contexts();
    const { signal } = aborting();
    const semaphore = new Semaphore(0);
    const mapped = Array.from({ length: 20 }, () => map(semaphore, [1, 2], (n) => n, { signal }));
    expect([getEventListeners(signal, 'abort').length, contexts.made]).toEqual([1, 20]);
    semaphore.capacity = 1;
    await Promise.all(mapped);
    expect([getEventListeners(signal, 'abort').length, contexts.made]).toEqual([0, 20]);
  });
});

describe('stream(): async context', () => {
  it('is that of the first next(), for every call', async () => {
    const storage = new AsyncLocalStorage<string>();
    const semaphore = new Semaphore(1);
    const seen: unknown[] = [];
    const results = storage.run('maker', () =>
      stream(semaphore, counting(4), () => seen.push(storage.getStore()), { buffer: 1 }),
    );
    await storage.run('reader', () => results.next());
    await storage.run('another', () => results.next());
    void semaphore.take();
    await storage.run('another', () => results.next());
    storage.run('holder', () => semaphore.release());
    await rest();
    expect(new Set(seen)).toEqual(new Set(['reader']));
    expect(seen.length).toBeGreaterThan(2);
  });
});

function aborting() {
  const controller = new AbortController();
  return { controller, signal: controller.signal };
}
