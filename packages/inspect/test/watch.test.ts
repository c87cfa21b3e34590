import { type Report, snapshot, toDiagnosticsChannel, toPerformance, watch } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import { rest } from '@valvekit-internal/laws/rest';
import {
  acquireAll,
  ASemaphore,
  Barrier,
  type Guard,
  KeyedLocks,
  map,
  Mutex,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  stream,
  tryAcquireAll,
} from 'valvekit';
import { afterEach, describe, expect, test, vi } from 'vitest';

const ended: Disposable[] = [];
const reports: Report[] = [];

function watching(...args: Parameters<typeof watch>): void {
  const [target, options] = args;
  ended.push(watch(target, { onReport: (report) => void reports.push(report), ...options }) as Disposable);
}

afterEach(() => {
  for (const each of ended.splice(0)) each[Symbol.dispose]();
  reports.length = 0;
  expect(snapshot()).toEqual([]);
});

/** What a snapshot shows, in short. */
function seen(): string[] {
  return snapshot().map(({ kind, lock, verb, permits }) => `${kind} ${lock} ${verb}${permits === 1 ? '' : ` ${permits}`}`);
}

describe('shows', () => {
  test('what guards hold, and who waits', async () => {
    const mutex = new Mutex({ name: 'm' });
    watching(mutex);
    const guard = await mutex.acquire();
    const second = mutex.acquire();
    expect(seen()).toEqual(['hold Mutex "m" acquire', 'wait Mutex "m" acquire']);
    guard.release();
    const next = await second;
    expect(seen()).toEqual(['hold Mutex "m" acquire']);
    next[Symbol.dispose]();
    expect(seen()).toEqual([]);
    const tried = mutex.tryAcquire();
    expect([mutex.tryAcquire(), seen()]).toEqual([undefined, ['hold Mutex "m" tryAcquire']]);
    tried?.release();
    tried?.release();
  });

  test('sandboxes while they wait, run, and when they end', async () => {
    const mutex = new Mutex();
    watching(mutex);
    expect(await mutex.sandbox(() => seen())).toEqual(['hold Mutex sandbox']);
    expect(seen()).toEqual([]);
    await mutex.sandbox(async () => {
      const second = mutex.sandbox(() => seen(), { timeout: 5 });
      await expect(second).rejects.toThrow('timed out');
    });
    await expect(mutex.sandbox(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await expect(
      mutex.sandbox(() => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    await expect(mutex.sandbox('no function' as never)).rejects.toThrow('fn must be a function');
    // biome-ignore lint/suspicious/noThenProperty: a foreign thenable
    const thenable = { then: (resolve: (value: number) => void) => setTimeout(resolve, 1, 7) };
    const result = mutex.sandbox(() => thenable as unknown as Promise<number>);
    expect(seen()).toEqual(['hold Mutex sandbox']);
    expect(await result).toBe(7);
  });

  test('bare holds, in callbacks and promises', async () => {
    const semaphore = new Semaphore(3, { name: 's' });
    watching(semaphore);
    await semaphore.take({ permits: 2 });
    semaphore.take(() => {});
    const waiting = semaphore.take();
    const called = vi.fn();
    semaphore.take(called, 5);
    expect(seen()).toEqual([
      'hold Semaphore "s" take 2',
      'hold Semaphore "s" take',
      'wait Semaphore "s" take',
      'wait Semaphore "s" take',
    ]);
    semaphore.release();
    await waiting;
    expect(seen()).toEqual([
      'hold Semaphore "s" take',
      'hold Semaphore "s" take',
      'wait Semaphore "s" take',
      'hold Semaphore "s" take',
    ].toSorted((a, b) => Number(a.startsWith('wait')) - Number(b.startsWith('wait'))));
    await vi.waitFor(() => expect(called).toHaveBeenCalled());
    semaphore.release(3);
    expect(() => semaphore.release()).toThrow('only 0 were taken');
    expect(semaphore.tryTake(2)).toBe(true);
    expect(semaphore.tryTake(2)).toBe(false);
    expect(() => semaphore.release(3)).toThrow('only 2 were taken');
    expect(seen()).toEqual(['hold Semaphore "s" tryTake 2']);
    semaphore.release(2);
  });

  test('no hold whose verb was undone before its promise was told', async () => {
    const mutex = new Mutex();
    watching(mutex);
    const locked = mutex.lock();
    mutex.unlock();
    await locked;
    expect([seen(), mutex.isLocked]).toEqual([[], false]);
    await expect(mutex.lock(5 as never)).rejects.toThrow('options must be');
    expect(() => mutex.lock(() => {}, 'soon' as never)).toThrow('options must be');
  });

  test('the sides of a read/write lock', async () => {
    const lock = new ReadWriteLock({ name: 'rw' });
    watching(lock);
    expect(lock.read).toBe(lock.read);
    const upgradable = await lock.upgradable.acquire();
    const reading = await lock.read.acquire();
    await lock.readLock();
    const upgraded = upgradable.upgrade();
    lock.writeLock(() => {});
    expect(seen()).toEqual([
      'hold ReadWriteLock "rw" upgradable.acquire',
      'hold ReadWriteLock "rw" read.acquire',
      'hold ReadWriteLock "rw" readLock',
      'wait ReadWriteLock "rw" upgradable.upgrade',
      'wait ReadWriteLock "rw" writeLock',
    ]);
    reading.release();
    lock.unlock();
    await upgraded;
    upgradable.release();
    expect(seen()).toEqual(['hold ReadWriteLock "rw" writeLock']);
    lock.unlock();
    const writing = await lock.write.acquire();
    const next = writing.downgrade();
    expect(seen()).toEqual(['hold ReadWriteLock "rw" downgrade']);
    expect(() => writing.downgrade()).toThrow('has been released');
    next.release();
    const alone = await lock.upgradable.acquire();
    await alone.upgrade();
    await expect(alone.upgrade()).rejects.toThrow('upgraded already');
    alone.release();
    expect(lock.isLocked).toBe(false);
  });

  test('what map, stream and wrap do', async () => {
    const semaphore = new Semaphore(2);
    watching(semaphore);
    const looks = await map(semaphore, [1, 2, 3], async () => {
      await rest();
      return seen();
    });
    expect(looks[0]).toEqual(['hold Semaphore map', 'hold Semaphore map', 'wait Semaphore map']);
    expect(seen()).toEqual([]);
    for await (const look of stream(semaphore, [1], () => seen())) expect(look).toEqual(['hold Semaphore stream']);
    expect(await semaphore.wrap(() => seen())()).toEqual(['hold Semaphore sandbox']);
    const guard = semaphore.tryAcquire(2);
    await expect(map(semaphore, [1], () => {}, { timeout: 5 })).rejects.toThrow('timed out');
    await expect(map(semaphore, [1], () => {}, { timeout: 0 })).rejects.toThrow('timed out');
    guard?.release();
    const plain = new lite.Semaphore(2);
    watching(plain);
    await map(plain, [1, 2, 3], async () => {
      await rest();
      expect(seen()).toContain('hold Semaphore acquire');
    });
  });

  test('a joint request as one entry a lock', async () => {
    const [a, b] = [new Mutex({ name: 'a' }), new Semaphore(5, { name: 'b' })];
    watching(a);
    watching(b);
    const guard = b.tryAcquire(4);
    const wanted = [a, [b, { permits: 2 }], b, a] as const;
    const both = acquireAll(wanted);
    expect(seen()).toEqual(['hold Semaphore "b" tryAcquire 4', 'wait Mutex "a" acquireAll', 'wait Semaphore "b" acquireAll 3']);
    guard?.release();
    const all = await both;
    expect(seen()).toEqual(['hold Mutex "a" acquireAll', 'hold Semaphore "b" acquireAll 3']);
    expect(tryAcquireAll(wanted)).toBe(undefined);
    await expect(acquireAll(wanted, { timeout: 5 })).rejects.toThrow('timed out');
    all.release();
    expect(await sandboxAll(wanted, () => seen())).toHaveLength(2);
    await expect(acquireAll([a, [b, { permits: 9 }]])).rejects.toThrow('permits');
    const one = acquireAll([a, b]);
    a.cancel();
    const held = await one;
    const canceled = acquireAll([a]);
    a.cancel();
    await expect(canceled).rejects.toThrow('cancel');
    held.release();
  });

  test('the locks of keys, also of views made before', async () => {
    const locks = new KeyedLocks<unknown>({ name: 'accounts' });
    const before = locks.mutex('old');
    watching(locks);
    const guards = [
      await locks.mutex('a').acquire(),
      await locks.semaphore('a', 2).acquire({ permits: 2 }),
      locks.readWriteLock({ secret: 1 }).write.tryAcquire() as Guard,
    ];
    const waiting = locks.semaphore('a', 2).acquire();
    expect(seen()).toEqual([
      'hold KeyedLocks "accounts" mutex "a" acquire',
      'hold KeyedLocks "accounts" semaphore "a" acquire 2',
      'hold KeyedLocks "accounts" readWriteLock (object) write.tryAcquire',
      'wait KeyedLocks "accounts" semaphore "a" acquire',
    ]);
    for (const guard of guards) guard.release();
    (await waiting).release();
    (await before.acquire()).release();
    (await acquireAll([locks.mutex('a'), locks.readWriteLock('k').read])).release();
    const other = new KeyedLocks().mutex('b');
    expect(await other.sandbox(() => seen())).toEqual([]);
  });

  test('waits of a barrier and an asynchronous semaphore', async () => {
    const barrier = new Barrier('closed', { name: 'gate' });
    const all = new ASemaphore(1);
    watching(barrier);
    watching(all);
    const waits = [barrier.wait('open'), all.wait(), barrier.wait(/open/)];
    const called = vi.fn();
    barrier.wait((ticket) => ticket === 'open', called);
    expect(seen()).toEqual(['wait Barrier "gate" wait', 'wait ASemaphore wait', 'wait Barrier "gate" wait', 'wait Barrier "gate" wait']);
    barrier.set('open');
    all.p();
    await Promise.all(waits);
    expect(called).toHaveBeenCalledWith(undefined, 'open');
    expect(await barrier.wait('open')).toBe('open');
  });
});
