import { getEventListeners } from 'node:events';
import { UnhandledRejections } from '@valvekit-internal/laws/contract/unhandled-rejections';
import { FakeClock } from '@valvekit-internal/laws/fake/clock';
import type { FakeLease } from '@valvekit-internal/laws/fake/lease';
import { FakeLock } from '@valvekit-internal/laws/fake/lock';
import { FakeServer } from '@valvekit-internal/laws/fake/server';
import { rest } from '@valvekit-internal/laws/rest';
import { thenable } from '@valvekit-internal/laws/thenable';
import {
  type Acquirable,
  type Guard,
  type Lease,
  LeaseLostError,
  map,
  Semaphore,
  stream,
  TimeoutError,
  type WaitOptions,
} from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counting, type Deferred, deferred, deferreds, quiet } from './scene.ts';

let unhandled: UnhandledRejections;
beforeEach(() => {
  unhandled = new UnhandledRejections();
});
afterEach(async () => {
  const reasons = await unhandled.reasons();
  unhandled.stop();
  expect(reasons).toEqual([]);
});

/** A lock without an entrance, as `@valvekit/lite` has them. */
function plain(semaphore: Semaphore): Acquirable<Guard> {
  return {
    acquire: (options?: WaitOptions) => semaphore.acquire(options),
    tryAcquire: () => semaphore.tryAcquire(),
    sandbox: (fn, options) => semaphore.sandbox(fn, options),
  };
}

/** A lock of a wider scope, and the leases that it has given. */
function wide(capacity: number) {
  const clock = new FakeClock();
  const server = new FakeServer(capacity);
  const leases: FakeLease[] = [];
  const lock = new FakeLock(server, clock);
  const other = new FakeLock(server, clock);
  return { clock, lock, other, leases };
}

/** A lock whose holds are these. */
function giving(...holds: unknown[]): Acquirable {
  return { acquire: async () => holds.shift() } as never;
}

/** A lease that is released when and how a test says. */
function lease(release: () => Promise<void> = async () => {}) {
  const controller = new AbortController();
  const made = { released: false, signal: controller.signal, release: vi.fn(release) };
  return Object.assign(made, { lose: (reason: unknown = 'lost') => controller.abort(reason) });
}

describe('map() by acquire()', () => {
  it('works with a lock of guards, and passes no lease', async () => {
    const semaphore = new Semaphore(2);
    const fn = vi.fn(async (n: number, _index: number, lease?: Lease) => [n, lease]);
    expect(await map(plain(semaphore), counting(4), fn)).toEqual([0, 1, 2, 3].map((n) => [n, undefined]));
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('asks for one hold at a time, one item ahead', async () => {
    const semaphore = new Semaphore(2);
    const items = counting(5);
    const jobs = deferreds(5);
    const mapped = map(plain(semaphore), items, (n) => (jobs[n] as Deferred<void>).promise);
    await rest();
    expect([items.source.pulled, semaphore.available, semaphore.waiting]).toEqual([3, 0, 1]);
    for (const job of jobs) job.resolve();
    await mapped;
    expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
  });

  it('needs no hold to find out that the source has ended', async () => {
    const { lock } = wide(1);
    const held = await lock.acquire();
    expect(await map(lock, [], () => {})).toEqual([]);
    await held.release();
  });

  it('passes the timeout and the priority of each wait on, and nothing else', async () => {
    const acquire = vi.fn(async (_options?: WaitOptions) => lease());
    const { signal } = new AbortController();
    await map({ acquire } as never, [1, 2], () => {}, { timeout: 5, priority: 2, signal });
    expect(acquire.mock.calls.map(([options]) => ({ ...options, signal: options?.signal === signal }))).toEqual([
      { timeout: 5, priority: 2, signal: false },
      { timeout: 5, priority: 2, signal: false },
    ]);
  });

  it('rejects when a wait does', async () => {
    const { lock, clock } = wide(1);
    const held = await lock.acquire();
    const items = counting(3);
    const mapped = map(lock, items, () => {}, { timeout: 5 });
    await rest();
    clock.advance(5);
    await expect(mapped).rejects.toBeInstanceOf(TimeoutError);
    expect(items.source).toEqual({ pulled: 1, closed: 1 });
    await held.release();
  });

  it('rejects with what acquire() throws', async () => {
    const lock = {
      acquire() {
        throw new Error('no');
      },
    };
    await expect(map(lock as never, [1], () => {})).rejects.toThrow('no');
  });

  it('stops waiting when it fails or is aborted', async () => {
    const { lock, other } = wide(2);
    const held = await lock.acquire();
    const job = deferred();
    const mapped = map(lock, counting(9), () => job.promise);
    await rest();
    job.reject('mine');
    await expect(mapped).rejects.toBe('mine');
    await rest();
    const second = await other.acquire({ timeout: 0 });
    const controller = new AbortController();
    const aborted = map(lock, counting(9), () => {}, { signal: controller.signal });
    await rest();
    controller.abort('stop');
    await expect(aborted).rejects.toBe('stop');
    await Promise.all([held.release(), second.release()]);
    await rest();
    const both = [await other.acquire({ timeout: 0 }), await other.acquire({ timeout: 0 })];
    expect(both).toHaveLength(2);
  });

  it('releases a hold that comes although it has given up', async () => {
    const arrival = deferred<unknown>();
    const controller = new AbortController();
    const fn = vi.fn();
    const late = lease();
    const mapped = map({ acquire: () => arrival.promise } as never, [1], fn, { signal: controller.signal });
    controller.abort('stop');
    await expect(mapped).rejects.toBe('stop');
    arrival.resolve(late);
    await rest();
    expect([fn.mock.calls.length, late.release.mock.calls.length]).toEqual([0, 1]);
  });

  it('ignores what a hold that comes too late fails with', async () => {
    const arrival = deferred<unknown>();
    const controller = new AbortController();
    const mapped = map({ acquire: () => arrival.promise } as never, [1], () => {}, { signal: controller.signal });
    controller.abort('stop');
    await expect(mapped).rejects.toBe('stop');
    arrival.resolve(lease(() => Promise.reject('late')));
    await rest();
  });
});

describe('map() with leases', () => {
  it('passes each call its lease', async () => {
    const { lock } = wide(2);
    const leases: Lease[] = [];
    const results = await map(lock, ['a', 'b', 'c'], async (letter, index, { signal, released }) => {
      leases.push({ signal, released } as Lease);
      return `${letter}${index}`;
    });
    expect(results).toEqual(['a0', 'b1', 'c2']);
    expect(leases.map(({ signal, released }) => [signal.aborted, released])).toEqual(
      Array.from({ length: 3 }, () => [false, false]),
    );
  });

  it('rejects at once when a lease is lost while fn runs, and closes the source', async () => {
    const { lock, other } = wide(2);
    const items = counting(9);
    const leases: FakeLease[] = [];
    const jobs = deferreds(9);
    const mapped = map(lock, items, (n, _, lease) => {
      leases.push(lease);
      return (jobs[n] as Deferred<void>).promise;
    });
    await rest();
    leases[1]?.lose();
    await expect(mapped).rejects.toBeInstanceOf(LeaseLostError);
    expect(items.source).toEqual({ pulled: 3, closed: 1 });
    // The other call keeps its hold until it ends.
    expect(leases[0]?.released).toBe(false);
    const mine = await other.acquire({ timeout: 0 });
    await expect(other.acquire({ timeout: 0 })).rejects.toBeInstanceOf(TimeoutError);
    for (const job of jobs) job.resolve();
    await rest();
    expect(leases[0]?.released).toBe(true);
    await mine.release();
  });

  it('calls no fn under a lease that is lost already', async () => {
    const lost = lease();
    lost.lose();
    const fn = vi.fn();
    await expect(map(giving(lost), [1], fn)).rejects.toBe('lost');
    expect([fn.mock.calls.length, lost.release.mock.calls.length]).toEqual([0, 1]);
  });

  it('rejects when a release does, although fn has succeeded', async () => {
    const failing = lease(() => Promise.reject(new LeaseLostError('api', 'late')));
    await expect(map(giving(failing), [1], () => 'result')).rejects.toThrow(LeaseLostError);
    const throwing = lease(() => {
      throw new Error('release');
    });
    await expect(map(giving(throwing), [1], async () => 'result')).rejects.toThrow('release');
  });

  it('awaits the release before the result counts', async () => {
    const released = deferred();
    const mapped = map(giving(lease(() => released.promise)), [1], () => 'result');
    const settled = vi.fn();
    void mapped.then(settled);
    await rest();
    expect(settled).not.toHaveBeenCalled();
    released.resolve();
    expect(await mapped).toEqual(['result']);
  });

  it('lets an error of fn win over that of the release', async () => {
    const failing = lease(() => Promise.reject('release'));
    await expect(map(giving(failing), [1], () => Promise.reject('mine'))).rejects.toBe('mine');
    const lost = lease(() => Promise.reject('release'));
    const mapped = map(giving(lost), [1], () => {
      lost.lose();
      throw new Error('mine');
    });
    await expect(mapped).rejects.toBe('lost');
  });

  it('takes a thenable of a foreign library for a release', async () => {
    const foreign = lease(() => thenable((done: () => void) => done()) as Promise<void>);
    expect(await map(giving(foreign), [1], () => 'result')).toEqual(['result']);
  });

  it('leaves no listener on the signal of a lease', async () => {
    const leases = [lease(), lease(() => Promise.reject('release')), lease()];
    const listening: number[] = [];
    const fn = (n: number) => {
      listening.push(getEventListeners(leases[n]?.signal as AbortSignal, 'abort').length);
      if (n === 2) throw new Error('mine');
    };
    await map(giving(leases[0]), [0], fn);
    await map(giving(leases[1]), [1], fn).catch(() => {});
    await map(giving(leases[2]), [2], fn).catch(() => {});
    expect(listening).toEqual([1, 1, 1]);
    for (const { signal } of leases) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('heeds no loss after the release', async () => {
    const first = lease();
    const job = deferred<string>();
    const mapped = map(giving(first, lease()), [0, 1], (n) => (n === 0 ? 'first' : job.promise));
    await rest();
    first.lose();
    job.resolve('second');
    expect(await mapped).toEqual(['first', 'second']);
  });

  it('hears of a loss by a signal without a reason, too', async () => {
    const listeners: (() => void)[] = [];
    const signal = {
      aborted: false,
      addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
      removeEventListener() {},
    };
    const hold = { released: false, signal, release: async () => {} };
    const mapped = map(giving(hold), [1], () => new Promise(() => {}));
    await rest();
    signal.aborted = true;
    for (const listener of listeners) listener();
    await expect(mapped).rejects.toHaveProperty('name', 'AbortError');
  });
});

describe('stream() with leases', () => {
  it('throws the loss in its place, and only that', async () => {
    const leases = [lease(), lease(), lease()];
    const jobs = deferreds<string>(3);
    const results = quiet(stream(giving(...leases), [0, 1], (n) => (jobs[n] as Deferred<string>).promise));
    const [first, second, end] = [results.next(), results.next(), results.next()];
    await rest();
    leases[1]?.lose();
    jobs[1]?.resolve('dropped');
    await rest();
    jobs[0]?.resolve('first');
    expect(await first).toEqual({ done: false, value: 'first' });
    await expect(second).rejects.toBe('lost');
    expect(await end).toEqual({ done: true, value: undefined });
  });
});
