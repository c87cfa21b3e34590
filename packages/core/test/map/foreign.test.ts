import { type Acquirable, type Guard, LeaseLostError, Mutex, map, stream } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLock } from './fake-lock.ts';
import { counting, countingSignal, jobs, rest, Silent } from './scene.ts';

const unhandled = vi.fn();

beforeEach(() => {
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
});
afterEach(async () => {
  await rest();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

describe('map() under a lock of a wider scope', () => {
  it('passes the lease of each hold, and releases it after fn', async () => {
    const lock = new FakeLock(2);
    const seen: boolean[] = [];
    const results = await map(lock, counting(5, false), async (item, index, lease) => {
      await rest();
      seen.push(lease.released);
      return [item, index, lock.leases.indexOf(lease)];
    });
    expect(results).toEqual([0, 1, 2, 3, 4].map((i) => [i, i, i]));
    expect([seen, lock.free]).toEqual([[false, false, false, false, false], 2]);
    expect(lock.leases.every(({ released }) => released)).toBe(true);
  });

  it('reads one item ahead of the holds, and keeps none while the source is silent', async () => {
    const lock = new FakeLock(1);
    const source = new Silent();
    const running = jobs();
    const result = map(lock, source, running.fn);
    await rest();
    expect([source.counts.read, lock.free, lock.asked.length]).toEqual([1, 1, 0]);
    source.give(1);
    await rest();
    expect([source.counts.read, lock.free, running.started]).toEqual([2, 0, [1]]);
    source.give(2);
    await rest();
    expect([source.counts.read, lock.waiters.size]).toEqual([2, 1]);
    running[1]?.resolve('a');
    await rest();
    source.end();
    running[2]?.resolve('b');
    expect([await result, lock.free]).toEqual([['a', 'b'], 1]);
  });

  it('settles once the last lease has been released', async () => {
    const lock = new FakeLock(3);
    await map(lock, [1, 2, 3], async (n) => n);
    expect(lock.free).toBe(3);
  });

  it('asks with its options, and a signal of its own', async () => {
    const lock = new FakeLock(1);
    const controller = new AbortController();
    await map(lock, [1], (n) => n, { timeout: 50, priority: 3, signal: controller.signal });
    const [options] = lock.asked;
    expect([options?.timeout, options?.priority]).toEqual([50, 3]);
    expect(options?.signal).not.toBe(controller.signal);
    expect(options?.signal).toBeInstanceOf(AbortSignal);
  });

  it('rejects immediately if a lease is lost while fn runs; its call is not waited for', async () => {
    const lock = new FakeLock(2);
    const source = counting(5, false);
    const running = jobs();
    const result = map(lock, source, running.fn);
    await rest();
    lock.leases[0]?.lose();
    await expect(result).rejects.toThrow(LeaseLostError);
    expect(source.counts).toEqual({ read: 3, closed: 1 });
    running[0]?.resolve('dropped');
    running[1]?.resolve('dropped');
    await rest();
    expect([lock.free, running.started]).toEqual([2, [0, 1]]);
  });

  it('rejects with a LeaseLostError if only the release tells of the loss, although fn succeeded', async () => {
    const lock = new FakeLock(1);
    const result = map(lock, [0], async () => {
      Object.assign(lock.leases[0] as object, {
        release: () => Promise.reject(new LeaseLostError('fake', 'taken', 'it is gone')),
      });
    });
    await expect(result).rejects.toThrow(LeaseLostError);
  });

  it('rejects with the error of fn rather than with that of the release', async () => {
    const lock = new FakeLock(1);
    const result = map(lock, [0], async () => {
      Object.assign(lock.leases[0] as object, {
        release: () => Promise.reject(new LeaseLostError('fake', 'taken', 'it is gone')),
      });
      throw 'mine';
    });
    await expect(result).rejects.toBe('mine');
  });

  it('does not call fn with a lease that is lost already', async () => {
    const lock = new FakeLock(1);
    const { acquire } = lock;
    lock.acquire = async (options) => {
      const lease = await acquire.call(lock, options);
      lease.lose();
      return lease;
    };
    const fn = vi.fn();
    await expect(map(lock, [0], fn)).rejects.toThrow(LeaseLostError);
    expect(fn).not.toHaveBeenCalled();
  });

  it('does not care for what happens to a lease after its call', async () => {
    // One signal for all leases: that of a connection, for example.
    const { controller, signal, listeners } = countingSignal();
    const lock = new FakeLock(2);
    const { acquire } = lock;
    lock.acquire = async (options) =>
      Object.defineProperty(await acquire.call(lock, options), 'signal', { value: signal });
    const running = jobs();
    const result = map(lock, [0, 1], running.fn);
    await rest();
    expect(listeners()).toBe(1);
    running[0]?.resolve('a');
    running[1]?.resolve('b');
    expect([await result, listeners()]).toEqual([['a', 'b'], 0]);
    controller.abort(new LeaseLostError('fake', 'silent', 'it is gone'));
    expect(await result).toEqual(['a', 'b']);
  });

  it('rejects with the error of fn immediately, and waits for no release', async () => {
    const lock = new FakeLock(2);
    const { acquire } = lock;
    lock.acquire = async (options) =>
      Object.assign(await acquire.call(lock, options), { release: () => new Promise(() => {}) });
    const source = counting(5, false);
    await expect(map(lock, source, () => Promise.reject('mine'))).rejects.toBe('mine');
    expect(source.counts.closed).toBe(1);
  });

  it('keeps the holds of running calls after a failure, and drops how they end', async () => {
    const lock = new FakeLock(3);
    const running = jobs();
    const result = map(lock, [0, 1, 2], running.fn);
    await rest();
    running[1]?.reject('mine');
    await expect(result).rejects.toBe('mine');
    await rest();
    expect(lock.free).toBe(1);
    lock.leases[0]?.lose();
    running[0]?.resolve('fine');
    running[2]?.reject('dropped');
    await rest();
    expect(lock.free).toBe(3);
  });

  it('gives up a pending acquire as it fails', async () => {
    const lock = new FakeLock(1);
    const running = jobs();
    const source = counting(5, false);
    const result = map(lock, source, running.fn);
    await rest();
    expect(lock.waiters.size).toBe(1);
    running[0]?.reject('mine');
    await expect(result).rejects.toBe('mine');
    expect([lock.waiters.size, source.counts]).toEqual([0, { read: 2, closed: 1 }]);
    await rest();
    expect(lock.free).toBe(1);
  });

  it('gives up a pending acquire as its signal aborts', async () => {
    const lock = new FakeLock(0);
    const controller = new AbortController();
    const result = map(lock, [1], () => {}, { signal: controller.signal });
    await rest();
    controller.abort('mine');
    expect(lock.waiters.size).toBe(0);
    await expect(result).rejects.toBe('mine');
  });

  it('releases a hold that comes after the end, and runs nothing with it', async () => {
    const lock = new FakeLock(1);
    const controller = new AbortController();
    const fn = vi.fn();
    const result = map(lock, [1], fn, { signal: controller.signal });
    // The request is on its way; this lock does not look at the signal on the way back.
    await Promise.resolve()
      .then(() => {})
      .then(() => {})
      .then(() => {});
    expect(lock.free).toBe(0);
    controller.abort('mine');
    await expect(result).rejects.toBe('mine');
    await rest();
    expect([fn.mock.calls.length, lock.free, lock.leases[0]?.released]).toEqual([0, 1, true]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('refused'))],
    [
      'throws',
      (): never => {
        throw new Error('refused');
      },
    ],
  ])('fails when acquire() %s', async (_, acquire) => {
    const lock = new FakeLock(1);
    lock.acquire = acquire;
    const source = counting(5, false);
    await expect(map(lock, source, () => {})).rejects.toThrow('refused');
    expect(source.counts).toEqual({ read: 1, closed: 1 });
  });

  it('fails when release() throws, or rejects', async () => {
    for (const release of [
      () => Promise.reject('no'),
      (): never => {
        throw 'no';
      },
    ]) {
      const lock = new FakeLock(2);
      const { acquire } = lock;
      lock.acquire = async (options) => Object.assign(await acquire.call(lock, options), { release });
      await expect(map(lock, [1, 2], (n) => n)).rejects.toBe('no');
      await expect(map(lock, [1, 2], () => Promise.reject('mine'))).rejects.toBe('mine');
    }
  });
});

describe('map() under a lock of another author', () => {
  /** A lock of this thread without an entrance. */
  class Bare implements Acquirable<Guard> {
    readonly mutex = new Mutex();
    acquire(): Promise<Guard> {
      return this.mutex.acquire();
    }
    tryAcquire() {
      return this.mutex.tryAcquire();
    }
    sandbox<R>(fn: () => R): Promise<Awaited<R>> {
      return this.mutex.sandbox(fn);
    }
  }

  it('passes no lease to fn', async () => {
    const lock = new Bare();
    const fn = vi.fn((item: number) => item * 2);
    expect(await map(lock, [1, 2, 3], fn)).toEqual([2, 4, 6]);
    expect(fn.mock.calls).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    expect(lock.mutex.isLocked).toBe(false);
  });

  it('needs no more stack for many items than for one, and does not run ahead of a buffer', async () => {
    const lock = new Bare();
    expect(await map(lock, counting(20_000, false), (n) => n)).toHaveLength(20_000);
    const source = counting(20_000, false);
    const results = stream(lock, source, (n) => n, { buffer: 2 });
    expect(await results.next()).toEqual({ done: false, value: 0 });
    await rest();
    expect([source.counts.read, lock.mutex.isLocked]).toEqual([4, false]);
    await results.return?.();
  });
});

describe('stream() under a lock of a wider scope', () => {
  it('passes leases, and gives results in order', async () => {
    const lock = new FakeLock(3);
    const seen: unknown[] = [];
    for await (const result of stream(lock, counting(5, true), async (n, _index, lease) => [n, lease.released])) {
      seen.push(result);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((n) => [n, false]));
    expect(lock.free).toBe(3);
  });

  it('throws the loss of a lease after the results before it', async () => {
    const lock = new FakeLock(2);
    const source = counting(9, false);
    const running = jobs();
    const results = stream(lock, source, running.fn);
    const [first, second, third] = [results.next(), results.next(), results.next()];
    await rest();
    lock.leases[1]?.lose();
    expect(source.counts.closed).toBe(1);
    running[1]?.resolve('lost');
    await rest();
    running[0]?.resolve('fine');
    expect(await first).toEqual({ done: false, value: 'fine' });
    await expect(second).rejects.toThrow(LeaseLostError);
    expect(await third).toEqual({ done: true, value: undefined });
  });

  it('throws the loss of a lease even if its call still succeeds before that', async () => {
    const controllers = [new AbortController(), new AbortController()];
    const leases = controllers.map(({ signal }) => ({ signal, released: false, release: async () => {} }));
    const lock = { acquire: async () => leases.shift() ?? new Promise(() => {}) };
    const ends: ((result: string) => void)[] = [];
    const results = stream(lock as never, ['a', 'b'], () => new Promise<string>((resolve) => ends.push(resolve)));
    const [first, second] = [results.next(), results.next()];
    const rejected = expect(second).rejects.toBe('lost');
    await rest();
    controllers[1]?.abort('lost');
    ends[1]?.('too late');
    await rest();
    ends[0]?.('first');
    expect(await first).toEqual({ done: false, value: 'first' });
    await rejected;
  });

  it('gives a hold back that comes when the buffer is full, and asks again when there is room', async () => {
    const lock = new FakeLock(1);
    const running = jobs();
    const results = stream(lock, counting(9, false), running.fn, { buffer: 1, ordered: false });
    const first = results.next();
    await rest();
    running[0]?.resolve('a');
    expect(await first).toEqual({ done: false, value: 'a' });
    await rest();
    running[1]?.resolve('b');
    await rest();
    expect([running.started, lock.free, lock.waiters.size]).toEqual([[0, 1], 1, 0]);
    expect(await results.next()).toEqual({ done: false, value: 'b' });
    await rest();
    expect([running.started, lock.free]).toEqual([[0, 1, 2], 0]);
    running[2]?.resolve('c');
    await results.return?.();
    await rest();
    expect(lock.free).toBe(1);
  });
});
