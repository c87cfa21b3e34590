// Locks of other scopes and other authors, and surroundings that lack something.
import { type LockClass, type Report, snapshot, type Watchable, watch } from '@valvekit/inspect';
import { Family, readLocksOptions } from '@valvekit/lease';
import { rest } from '@valvekit-internal/laws/rest';
import { MemoryServer } from '@valvekit-internal/servers/memory/memory-server';
import { type Guard, KeyedLocks, type Lease, type Locks, Mutex, map, ReadWriteLock, Semaphore } from 'valvekit';
import { afterEach, expect, test, vi } from 'vitest';

const ended: Disposable[] = [];
const reports: Report[] = [];

function watching(target: Watchable | LockClass): void {
  ended.push(watch(target, { onReport: (report) => void reports.push(report) }) as Disposable);
}

afterEach(() => {
  for (const each of ended.splice(0)) each[Symbol.dispose]();
  reports.length = 0;
  expect(snapshot()).toEqual([]);
});

const seen = () => snapshot().map(({ kind, lock, verb }) => `${kind} ${lock} ${verb}`);

/** A lock whose methods are its own, and whose guards have no prototype of theirs. */
function plainLock(inner = new Mutex()) {
  const wrap = (guard: Guard | undefined) =>
    guard && {
      get released() {
        return guard.released;
      },
      release: () => guard.release(),
      [Symbol.dispose]: () => guard.release(),
    };
  return {
    name: 'plain',
    get isLocked() {
      return inner.isLocked;
    },
    acquire: async (options?: object) => wrap(await inner.acquire(options)) as Guard,
    tryAcquire: () => wrap(inner.tryAcquire()) as Guard | undefined,
    sandbox: <R>(fn: () => R, options?: object) => inner.sandbox(fn, options),
  };
}

test('watches an object with methods of its own, and its guards', async () => {
  const lock = plainLock();
  const before = Object.getOwnPropertyDescriptors(lock);
  watching(lock);
  const guard = await lock.acquire();
  expect(seen()).toEqual(['hold Object "plain" acquire']);
  guard[Symbol.dispose]();
  expect([seen(), guard.released]).toEqual([[], true]);
  await lock.sandbox(() => lock.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
  expect(reports.map(({ kind }) => kind)).toEqual(['deadlock']);
  ended.pop()?.[Symbol.dispose]();
  expect(Object.getOwnPropertyDescriptors(lock)).toEqual(before);
});

test('reports no deadlock of a lock that does not tell how many can hold it', async () => {
  const { acquire, tryAcquire, sandbox } = new Semaphore(2);
  const inner = new Semaphore(2);
  const lock = {
    acquire: acquire.bind(inner),
    tryAcquire: tryAcquire.bind(inner),
    sandbox: <R>(fn: () => R) => Promise.resolve().then(() => sandbox.call(inner, fn) as Promise<Awaited<R>>),
  };
  watching(lock as Watchable);
  await lock.sandbox(() => lock.sandbox(() => {}));
  expect(reports).toEqual([]);
});

test('reports no deadlock of a wait that its sandbox has not awaited, if the lock does not tell how many wait', async () => {
  const [mutex, other, lock] = [new Mutex(), new Mutex(), plainLock()];
  for (const each of [mutex, other, lock]) watching(each);
  const holder = lock.sandbox(() => rest().then(() => other.sandbox(() => {})));
  const [guard, waiting] = await mutex.sandbox(() => [other.tryAcquire(), [lock.acquire()]] as const);
  await rest();
  expect(other.waiting).toBe(1);
  guard?.release();
  await holder;
  (await waiting[0])?.release();
  expect(reports).toEqual([]);
});

test('reports the deadlocks of a view of a wider scope, or of a key, and no others', async () => {
  const family = new Family(new MemoryServer().connect(), readLocksOptions({}));
  const keyed = new KeyedLocks();
  const others = await family.semaphore('s', 3).acquire({ permits: 2 });
  for (const view of [family.semaphore('s', 3), keyed.semaphore('k', 3)]) {
    watching(view);
    // The others release only after it has asked.
    const nested = view.sandbox(() => view.sandbox(() => {}));
    await rest();
    await others.release();
    await nested;
  }
  expect(reports).toEqual([]);
  for (const view of [family.mutex('m'), keyed.mutex('k'), keyed.semaphore('k', 1)]) {
    watching(view);
    await view.sandbox(() => view.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
  }
  expect(reports.map(({ kind }) => kind)).toEqual(['deadlock', 'deadlock', 'deadlock']);
  await family.close();
});

test('does not keep an entry of a guard that cannot tell when it is released', async () => {
  const lock = plainLock();
  const { tryAcquire } = lock;
  lock.tryAcquire = () => Object.freeze(tryAcquire());
  watching(lock);
  const guard = lock.tryAcquire();
  expect(seen()).toEqual([]);
  guard?.release();
});

test('shows the keys of a foreign family by type, unless they are strings or numbers', async () => {
  const locks = {
    mutex: () => plainLock(),
    semaphore: () => new Semaphore(2),
    readWriteLock: () => ({ read: plainLock(), write: plainLock() }),
  } as unknown as Locks<unknown>;
  watching(locks as Locks<never>);
  const guards = [
    await locks.mutex('a').acquire(),
    await locks.mutex(5).acquire(),
    await locks.mutex({ secret: 1 }).acquire(),
    await locks.semaphore('s', 2).acquire({ permits: 2 }),
    await locks.readWriteLock('r').read.acquire(),
  ];
  expect(seen()).toEqual([
    'hold Mutex "a" acquire',
    'hold Mutex 5 acquire',
    'hold Mutex (object) acquire',
    'hold Semaphore acquire',
    'hold ReadWriteLock "r" read.acquire',
  ]);
  for (const guard of guards) void guard.release();
});

test('watches a lock once that a foreign family hands out again and again', async () => {
  const lock = plainLock();
  const locks = { mutex: () => lock, semaphore: () => lock, readWriteLock: () => ({ read: lock, write: lock }) };
  watching(locks as unknown as Locks<never>);
  const once = Object.getOwnPropertyDescriptors(locks.mutex());
  expect(Object.getOwnPropertyDescriptors(locks.mutex())).toEqual(once);
  const guard = await lock.acquire();
  expect(lock.tryAcquire()).toBeUndefined();
  expect(seen()).toHaveLength(1);
  guard.release();
});

test('watches locks that processes share', async () => {
  const family = new Family(new MemoryServer().connect(), readLocksOptions({}));
  watching(family);
  const both = family.readWriteLock('prices');
  const guards: Lease[] = [await family.mutex('a').acquire(), await both.write.acquire()];
  expect(seen()).toEqual(['hold Mutex "a" acquire', 'hold ReadWriteLock "prices" write.acquire']);
  const reading = await (guards[1] as Awaited<ReturnType<typeof both.write.acquire>>).downgrade();
  expect(seen()).toEqual(['hold Mutex "a" acquire', 'hold ReadWriteLock "prices" downgrade']);
  await expect((guards[1] as (typeof guards)[1] & { downgrade(): Promise<Lease> }).downgrade()).rejects.toThrow(
    'released',
  );
  await Promise.all([reading.release(), guards[0]?.release()]);
  const enter = (outer: string, inner: string) =>
    family.mutex(outer).sandbox(async () => {
      await rest();
      await family.mutex(inner).sandbox(() => {}, { timeout: 100 });
    });
  const outcomes = await Promise.allSettled([enter('a', 'b'), enter('b', 'a')]);
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
  expect(reports.map(String)).toEqual([expect.stringContaining('waits for Mutex "b": sandbox()')]);
  await map(family.semaphore('s', 2), [1, 2, 3], () => rest());
  await family.close();
});

test('forgets a hold whose lease is lost, or was spent by a downgrade that failed', async () => {
  const server = new MemoryServer();
  const family = new Family(server.connect(), readLocksOptions({}));
  watching(family);
  const { write } = family.readWriteLock('prices');
  const writing = await write.acquire();
  server.clock.advance(100_000);
  await expect(writing.downgrade()).rejects.toThrow('was lost');
  expect(seen()).toEqual([]);
  await family.mutex('a').sandbox(async () => {
    const lease = await family.mutex('b').acquire();
    const waiting = expect(family.mutex('b').acquire()).rejects.toThrow('closed');
    await Promise.resolve();
    expect(seen()).toHaveLength(3);
    const closing = family.close({ timeout: 0 });
    expect(seen().filter((entry) => entry.startsWith('hold'))).toEqual([]);
    await Promise.all([waiting, closing, lease.release()]);
  });
});

test('forgets a hold at once whose lease has been lost before anybody is told of it', async () => {
  const lost = { release: async () => {}, signal: AbortSignal.abort() };
  const lock = { acquire: async () => lost, sandbox: async <R>(fn: (lease: unknown) => R) => fn(lost) };
  watching(lock as unknown as Watchable);
  await lock.acquire();
  expect([seen(), await lock.sandbox(() => seen())]).toEqual([[], []]);
});

test('takes what map is given for no lease', async () => {
  const pool = new Semaphore(1);
  watching(pool);
  const controller = new AbortController();
  const looks = map(pool, [controller], () => {
    controller.abort();
    return seen();
  });
  expect(await looks).toEqual([['hold Semaphore map']]);
});

test('leaves calls alone that it cannot understand', async () => {
  const mutex = new Mutex();
  watching(mutex);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await expect(mutex.acquire(proxy)).rejects.toThrow('revoked');
  expect(() => Reflect.apply(Mutex.prototype.unlock, mutex, [])).toThrow('is not locked');
  expect(() => mutex.unlock()).toThrow('is not locked');
  const other = new Mutex();
  await other.lock();
  mutex.unlock.call(other);
  expect(other.isLocked).toBe(false);
  ended.pop()?.[Symbol.dispose]();
  watching(Mutex);
  class Own extends Mutex {
    override unlock(): void {
      super.unlock();
    }
  }
  watching(Own);
  const own = new Own();
  await own.lock();
  expect(seen()).toEqual(['hold Mutex lock']);
  own.unlock();
});

test('a view and a side of what is not watched any more work as before', async () => {
  const [locks, lock, other] = [new KeyedLocks(), new ReadWriteLock(), new KeyedLocks()];
  watching(locks);
  watching(lock);
  watching(other);
  watching(ReadWriteLock);
  const [view, side] = [locks.mutex('k'), lock.read];
  other.mutex('k');
  new ReadWriteLock().read.tryAcquire()?.release();
  const pending = view.acquire();
  ended[0]?.[Symbol.dispose]();
  ended[1]?.[Symbol.dispose]();
  ended[3]?.[Symbol.dispose]();
  (await pending).release();
  for (const each of [view, side]) (await each.acquire()).release();
  expect([seen(), locks.mutex('k').isLocked]).toEqual([[], false]);
});

test('what somebody else has kept of a watched lock calls the originals', async () => {
  const [locks, lock] = [new KeyedLocks(), new ReadWriteLock()];
  watching(locks);
  watching(lock);
  const { mutex } = locks;
  const read = Object.getOwnPropertyDescriptor(lock, 'read')?.get as () => unknown;
  for (const each of ended) each[Symbol.dispose]();
  expect(await mutex.call(locks, 'k').sandbox(() => seen())).toEqual([]);
  expect(read.call(lock)).toBe(lock.read);
});

test('the two sides of a lock are one lock, also if each is watched by itself', async () => {
  const lock = new ReadWriteLock();
  watching(lock.write);
  watching(lock.read);
  await lock.write.sandbox(() => lock.read.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
  expect(reports.map(({ kind }) => kind)).toEqual(['deadlock']);
});

test('watches both sides of one key', async () => {
  const lock = new KeyedLocks({ name: 'files' }).readWriteLock('k');
  const before = Object.getOwnPropertyDescriptors(lock);
  watching(lock);
  const guard = await lock.read.acquire();
  const waiting = lock.write.acquire();
  expect(seen()).toEqual([
    'hold KeyedLocks "files" readWriteLock "k" read.acquire',
    'wait KeyedLocks "files" readWriteLock "k" write.acquire',
  ]);
  guard.release();
  (await waiting).release();
  expect(Object.getOwnPropertyDescriptors(lock)).toEqual(before);
});

test('puts the name of a foreign family before the names of its locks', async () => {
  const locks = { mutex: () => plainLock(), semaphore: () => 5, wait: 5 } as unknown as Locks<never>;
  ended.push(watch(locks, { name: 'remote' }) as Disposable);
  const guard = await locks.mutex('a' as never).acquire();
  expect([seen(), locks.semaphore('a' as never, 1)]).toEqual([['hold remote mutex "a" acquire'], 5]);
  void guard.release();
});

test('a call that ends the watch leaves no entry', async () => {
  const mutex = new Mutex();
  watching(mutex);
  const guard = mutex.tryAcquire();
  const waiting = mutex.sandbox(() => 1, {
    get timeout() {
      ended[0]?.[Symbol.dispose]();
      return 1000;
    },
  });
  guard?.release();
  expect([await waiting, seen()]).toEqual([1, []]);
});

test('a release of more than was taken changes nothing, also while a promise has not been told', async () => {
  const semaphore = new Semaphore(3);
  watching(semaphore);
  const taken = semaphore.take();
  expect(() => semaphore.release(2)).toThrow('only 1 were taken');
  await taken;
  expect(seen()).toEqual(['hold Semaphore take']);
  semaphore.release();
});

test('a runtime without Symbol.dispose gets the symbol that compiled code looks for', async () => {
  const { dispose, asyncDispose, iterator, toStringTag, for: of } = Symbol;
  const fallback = of('Symbol.dispose');
  vi.stubGlobal('Symbol', { iterator, toStringTag, for: of });
  const lock = Object.assign(plainLock(), { tryAcquire: () => ({ release() {}, [fallback]() {} }) });
  const undo = watch(lock as unknown as Watchable) as unknown as Record<symbol, () => void>;
  const guard = lock.tryAcquire();
  const before = seen();
  (guard as unknown as Record<symbol, () => void>)[fallback]?.();
  const after = seen();
  undo[fallback]?.();
  vi.unstubAllGlobals();
  expect([before.length, after.length, Symbol.dispose === dispose, Symbol.asyncDispose === asyncDispose]).toEqual([
    1,
    0,
    true,
    true,
  ]);
});

test('a lock whose methods somebody has deleted in the meantime is put back', () => {
  const mutex = new Mutex();
  const undo = watch(mutex) as Disposable;
  Reflect.deleteProperty(mutex, 'acquire');
  undo[Symbol.dispose]();
  expect(Object.getOwnPropertyNames(mutex)).toEqual([]);
});
