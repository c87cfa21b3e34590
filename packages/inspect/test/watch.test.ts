import { type Entry, type Report, snapshot, toDiagnosticsChannel, toPerformance, watch } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import { rest } from '@valvekit-internal/laws/rest';
import {
  ASemaphore,
  acquireAll,
  Barrier,
  type Guard,
  KeyedLocks,
  Mutex,
  map,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  stream,
  tryAcquireAll,
} from 'valvekit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Request } from '../src/graph.ts';
import { watch as sourceOfWatch } from '../src/watch.ts';

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
  return snapshot().map(
    ({ kind, lock, verb, permits }) => `${kind} ${lock} ${verb}${permits === 1 ? '' : ` ${permits}`}`,
  );
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
    expect(seen().sort()).toEqual([
      'hold Semaphore "s" take',
      'hold Semaphore "s" take',
      'hold Semaphore "s" take',
      'wait Semaphore "s" take',
    ]);
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
    await mutex.lock();
    const second = mutex.lock();
    mutex.unlock();
    mutex.unlock();
    await second;
    expect([seen(), mutex.isLocked]).toEqual([[], false]);
    await expect(mutex.lock(5 as never)).rejects.toThrow('options must be');
    expect(() => mutex.lock(() => {}, 'soon' as never)).toThrow('options must be');
  });

  test('no hold of a bare verb that was undone before its promise was told, if somebody else holds the lock by then', async () => {
    const [mutex, semaphore, lock] = [new Mutex(), new Semaphore(2), new ReadWriteLock()];
    for (const each of [mutex, semaphore, lock]) watching(each);
    const locked = [mutex.lock(), semaphore.take({ permits: 2 }), lock.writeLock()];
    expect(seen()).toEqual(['hold Mutex lock', 'hold Semaphore take 2', 'hold ReadWriteLock writeLock']);
    mutex.unlock();
    semaphore.release();
    lock.unlock();
    const guards = await Promise.all([mutex.acquire(), semaphore.acquire(), lock.write.acquire()]);
    await Promise.all(locked);
    expect(seen()).toEqual([
      'hold Semaphore take',
      'hold Mutex acquire',
      'hold Semaphore acquire',
      'hold ReadWriteLock write.acquire',
    ]);
    semaphore.release();
    const refused = [mutex.lock({ timeout: 0 }), semaphore.take({ permits: -1 }), lock.readLock({ timeout: 0 })];
    expect(seen()).toHaveLength(3);
    expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(refused.map(() => 'rejected'));
    for (const each of guards) each.release();
  });

  test('no more than a lock counts that is called with the value of a promise', async () => {
    const [mutex, lock, keyed] = [new Mutex(), new ReadWriteLock(), new KeyedLocks()];
    for (const each of [mutex, lock, keyed]) watching(each);
    for (const value of [{ rows: [] }, Object.create(null), Number.NaN, 3, Symbol('s')]) {
      const call = (method: () => unknown) => Promise.resolve(value).then(method as (value: unknown) => unknown);
      expect(await call(mutex.tryLock.bind(mutex))).toBe(true);
      expect(seen()).toEqual(['hold Mutex tryLock']);
      await call(mutex.unlock.bind(mutex));
      await call(lock.tryWriteLock.bind(lock));
      await call(lock.unlock.bind(lock));
      const view = keyed.semaphore('k', 3);
      const guard = (await call(view.tryAcquire.bind(view))) as Guard;
      expect(seen()).toEqual(['hold KeyedLocks semaphore "k" tryAcquire']);
      guard.release();
    }
    const semaphore = new Semaphore(3);
    watching(semaphore);
    await semaphore.take();
    expect(() => semaphore.release({} as never)).toThrow('permits must be');
    expect(seen()).toEqual(['hold Semaphore take']);
    semaphore.release(undefined);
  });

  test('what is left of a hold whose permits are released one by one, also before its promise was told', async () => {
    const semaphore = new Semaphore(3);
    watching(semaphore);
    const taken = semaphore.take({ permits: 3 });
    semaphore.release();
    await taken;
    expect(seen()).toEqual(['hold Semaphore take 2']);
    semaphore.release();
    expect(seen()).toEqual(['hold Semaphore take']);
    expect(() => semaphore.release(2)).toThrow('only 1 were taken');
    expect(seen()).toEqual(['hold Semaphore take']);
    semaphore.release();
    expect(seen()).toEqual([]);
    const guard = semaphore.tryAcquire(3);
    const waiting = semaphore.take({ permits: 3 });
    guard?.release();
    semaphore.release();
    await waiting;
    expect(seen()).toEqual(['hold Semaphore take 2']);
    semaphore.release(2);
  });

  // Built files have requests of their own, which a test cannot reach.
  test.runIf(watch === sourceOfWatch)('what a bare verb releases, found at the first look', () => {
    const semaphore = new Semaphore(100);
    watching(semaphore);
    let looks = 0;
    Object.defineProperty(Request.prototype, 'isBare', {
      configurable: true,
      get: () => ++looks > 0,
      set() {},
    });
    for (let held = 0; held < 100; held++) semaphore.tryTake();
    looks = 0;
    semaphore.release();
    const found = looks;
    semaphore.release(99);
    Reflect.deleteProperty(Request.prototype, 'isBare');
    expect([found, seen()]).toEqual([1, []]);
  });

  test('the hold of a callback that throws', () => {
    const mutex = new Mutex();
    watching(mutex);
    const lock = () =>
      mutex.lock(() => {
        throw new Error('mine');
      });
    expect(lock).toThrow('mine');
    expect(seen()).toEqual(['hold Mutex lock']);
    mutex.unlock();
    expect(seen()).toEqual([]);
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

  test('no bare hold that is released in another task than it was taken in', async () => {
    const [outer, mutex] = [new Mutex(), new Mutex({ name: 'm' })];
    for (const each of [outer, mutex]) watching(each);
    await outer.sandbox(() => mutex.lock());
    expect(seen()).toEqual(['hold Mutex "m" lock']);
    mutex.unlock();
    expect(seen()).toEqual([]);
    await mutex.lock();
    await outer.sandbox(() => mutex.unlock());
    expect(seen()).toEqual([]);
  });

  test('what map does after a bare release has let it in', async () => {
    const semaphore = new Semaphore(1);
    watching(semaphore);
    await semaphore.take();
    const looks = map(semaphore, [1, 2, 3], async () => {
      await rest();
      return seen();
    });
    semaphore.release();
    const both = ['hold Semaphore map', 'wait Semaphore map'];
    expect(await looks).toEqual([both, both, both.slice(0, 1)]);
  });

  test('a joint request as one entry a lock', async () => {
    const [a, b] = [new Mutex({ name: 'a' }), new Semaphore(5, { name: 'b' })];
    watching(a);
    watching(b);
    const guard = b.tryAcquire(4);
    const wanted = [a, [b, { permits: 2 }], b, a] as const;
    const both = acquireAll(wanted);
    expect(seen()).toEqual([
      'hold Semaphore "b" tryAcquire 4',
      'wait Mutex "a" acquireAll',
      'wait Semaphore "b" acquireAll 3',
    ]);
    guard?.release();
    const all = await both;
    expect(seen()).toEqual(['hold Mutex "a" acquireAll', 'hold Semaphore "b" acquireAll 3']);
    expect(tryAcquireAll(wanted)).toBe(undefined);
    await expect(acquireAll(wanted, { timeout: 5 })).rejects.toThrow('timed out');
    all.release();
    expect(await sandboxAll(wanted, () => seen())).toEqual([
      'hold Mutex "a" sandboxAll',
      'hold Semaphore "b" sandboxAll 3',
    ]);
    await expect(sandboxAll(wanted, undefined as never)).rejects.toThrow('fn must be a function, but is undefined');
    await expect(acquireAll([a, [b, { permits: 9 }]])).rejects.toThrow('permits');
    const one = acquireAll([a, b]);
    a.cancel();
    const held = await one;
    const canceled = acquireAll([a]);
    a.cancel();
    await expect(canceled).rejects.toThrow('cancel');
    held.release();
  });

  test('a joint request for one lock, which waits, is granted, and is canceled', async () => {
    const mutex = new Mutex();
    watching(mutex);
    const guard = mutex.tryAcquire();
    const one = acquireAll([mutex, mutex]);
    expect(seen()).toEqual(['hold Mutex tryAcquire', 'wait Mutex acquireAll']);
    guard?.release();
    const held = await one;
    expect(seen()).toEqual(['hold Mutex acquireAll']);
    const canceled = acquireAll([mutex]);
    mutex.cancel();
    await expect(canceled).rejects.toThrow('cancel');
    expect(seen()).toEqual(['hold Mutex acquireAll']);
    held.release();
    expect(seen()).toEqual([]);
  });

  test('a joint request that names a lock twice, watched and not', async () => {
    const [keyed, lock, other] = [new KeyedLocks(), new ReadWriteLock(), new Mutex({ name: 'other' })];
    const [mutex, pool] = [keyed.mutex('k'), keyed.semaphore('k', 3)];
    watching(keyed);
    watching(lock.read);
    watching(other);
    for (const wanted of [
      [mutex, keyed.mutex('k')],
      [keyed.mutex('k'), mutex],
    ]) {
      const both = await acquireAll(wanted, { timeout: 20 });
      both.release();
      expect(seen()).toEqual([]);
    }
    await expect(acquireAll([lock.read, lock.write], { timeout: 20 })).rejects.toThrow('only one side');
    const all = await acquireAll([pool, keyed.semaphore('k', 3), other]);
    expect(seen()).toEqual(['hold KeyedLocks semaphore "k" acquireAll 2', 'hold Mutex "other" acquireAll']);
    all.release();
    const some = await acquireAll([keyed.semaphore('k', 3), pool, other]);
    expect(seen()).toEqual(['hold Mutex "other" acquireAll']);
    some.release();
    const guard = other.tryAcquire();
    const waiting = acquireAll([keyed.semaphore('k', 3), pool, other, other]);
    expect(seen()).toEqual(['hold Mutex "other" tryAcquire', 'wait Mutex "other" acquireAll']);
    guard?.release();
    (await waiting).release();
  });

  test('a joint request apart from those that its list makes', async () => {
    const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })];
    watching(Mutex);
    const guard = a.tryAcquire();
    const tried: (Guard | undefined)[] = [];
    function* list() {
      yield a;
      tried.push(tryAcquireAll([b]), tryAcquireAll([a, b]));
      yield a;
    }
    const all = acquireAll(list(), { timeout: 20 });
    expect(seen()).toEqual(['hold Mutex "a" tryAcquire', 'wait Mutex "a" acquireAll', 'hold Mutex "b" acquireAll']);
    guard?.release();
    const held = await all;
    expect(seen()).toEqual(['hold Mutex "a" acquireAll', 'hold Mutex "b" acquireAll']);
    for (const each of [held, ...tried]) each?.release();
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
    expect(await sandboxAll([other], () => seen())).toEqual([]);
  });

  test('no wait of what is refused or let in at once while others wait', async () => {
    const [mutex, barrier, lock] = [new Mutex(), new Barrier('open'), new ReadWriteLock({ policy: 'readers' })];
    for (const each of [mutex, barrier, lock]) watching(each);
    const guards = [await mutex.acquire(), await lock.read.acquire()];
    const waits = [mutex.acquire(), barrier.wait('closed'), lock.write.acquire()];
    const before = seen();
    expect(before.length).toBe(5);
    const waited: string[] = [];
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
    const onMessage = (message: unknown) => void waited.push((message as { verb: string }).verb);
    const undo = toDiagnosticsChannel() as Disposable;
    subscribe('valvekit:wait', onMessage);
    const outcomes = [
      mutex.acquire({ timeout: 0 }),
      mutex.sandbox(() => {}, { signal: AbortSignal.abort() }),
      mutex.lock({ timeout: Number.NaN }),
      barrier.wait('open'),
      lock.read.sandbox(() => {}),
    ];
    expect(seen()).toEqual(before);
    await Promise.allSettled(outcomes);
    expect(seen()).toEqual(before);
    expect(waited).toEqual([]);
    for (const each of guards) each.release();
    barrier.set('closed');
    for (const each of await Promise.all(waits)) if (typeof each === 'object') each.release();
    unsubscribe('valvekit:wait', onMessage);
    undo[Symbol.dispose]();
    expect(waited.sort()).toEqual(['acquire', 'wait', 'write.acquire']);
  });

  test('no wait of an upgrade that is refused or let in at once while others wait', async () => {
    const lock = new ReadWriteLock();
    watching(lock);
    const [reading, guard] = [await lock.read.acquire(), await lock.upgradable.acquire()];
    const writing = lock.write.acquire();
    const refused = guard.upgrade({ timeout: 0 });
    expect(seen().length).toBe(3);
    await expect(refused).rejects.toThrow('timed out');
    reading.release();
    const upgraded = guard.upgrade();
    expect(seen().length).toBe(2);
    await upgraded;
    guard.release();
    (await writing).release();
  });

  test('waits of a barrier and an asynchronous semaphore', async () => {
    const barrier = new Barrier('closed', { name: 'gate' });
    const all = new ASemaphore(1);
    watching(barrier);
    watching(all);
    const waits = [barrier.wait('open'), all.wait(), barrier.wait(/open/)];
    const called = vi.fn();
    barrier.wait((ticket) => ticket === 'open', called);
    expect(seen()).toEqual([
      'wait Barrier "gate" wait',
      'wait ASemaphore wait',
      'wait Barrier "gate" wait',
      'wait Barrier "gate" wait',
    ]);
    barrier.set('open');
    all.p();
    await Promise.all(waits);
    expect(called).toHaveBeenCalledWith(undefined, 'open');
    expect(await barrier.wait('open')).toBe('open');
  });
});

describe('watch', () => {
  const members = ['acquire', 'tryAcquire', 'sandbox', 'lock', 'tryLock', 'unlock'];
  const own = (object: object) => Object.getOwnPropertyDescriptors(object);

  test('puts own and inherited members back, in whatever order it is undone', () => {
    const mutex = new Mutex();
    const before = [own(mutex), own(Mutex.prototype)];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const watches = [watch(mutex), watch(Mutex), watch(mutex)] as Disposable[];
      expect(Object.keys(own(mutex))).toEqual(expect.arrayContaining(members));
      for (const index of order) watches[index]?.[Symbol.dispose]();
      for (const each of watches) each[Symbol.dispose]();
      expect([own(mutex), own(Mutex.prototype)]).toEqual(before);
    }
  });

  test('puts members back that the lock had itself', () => {
    const mutex = new Mutex();
    const acquire = mutex.acquire.bind(mutex);
    Object.defineProperty(mutex, 'acquire', { value: acquire, configurable: true });
    const before = own(mutex);
    const undo = watch(mutex) as Disposable;
    expect(mutex.acquire).not.toBe(acquire);
    undo[Symbol.dispose]();
    expect(own(mutex)).toEqual(before);
  });

  test('leaves a wrapper that somebody else has put around ours, and it works', async () => {
    const mutex = new Mutex();
    const undo = watch(mutex) as Disposable;
    const spy = vi.spyOn(mutex, 'acquire');
    undo[Symbol.dispose]();
    (await mutex.acquire()).release();
    expect([spy.mock.calls.length, seen()]).toEqual([1, []]);
    watching(mutex);
    const guard = await mutex.acquire();
    expect(seen()).toEqual(['hold Mutex acquire']);
    guard.release();
  });

  test('of all the locks of a class, of a subclass and of keyed locks', async () => {
    class Logged extends Mutex {
      override acquire(...args: Parameters<Mutex['acquire']>): Promise<Guard> {
        return super.acquire(...args);
      }
    }
    const [logged, plain, side, keyed] = [
      new Logged({ name: 'l' }),
      new Mutex(),
      new ReadWriteLock().read,
      new KeyedLocks(),
    ];
    watching(Mutex);
    watching(Logged);
    watching(logged);
    watching(ReadWriteLock);
    watching(KeyedLocks);
    const lock = new ReadWriteLock();
    const guards = [
      await logged.acquire(),
      await plain.acquire(),
      await lock.read.acquire(),
      await keyed.mutex('k').acquire(),
      await side.acquire(),
    ];
    expect(seen()).toEqual([
      'hold Mutex "l" acquire',
      'hold Mutex acquire',
      'hold ReadWriteLock read.acquire',
      'hold KeyedLocks mutex "k" acquire',
      'hold ReadWriteLock read.acquire',
    ]);
    for (const guard of guards) guard.release();
  });

  test('by the name that the newest watch gives', async () => {
    const mutex = new Mutex();
    const nameNow = () => mutex.sandbox(() => snapshot()[0]?.lock);
    const watchAs = (name: string) => watch(mutex, { name }) as Disposable;
    const one = watchAs('one');
    expect(await nameNow()).toBe('one');
    one[Symbol.dispose]();
    const two = watchAs('two');
    expect(await nameNow()).toBe('two');
    two[Symbol.dispose]();
    watching(Mutex, { name: 'class' });
    const three = watchAs('three');
    expect(await nameNow()).toBe('three');
    three[Symbol.dispose]();
    expect(await nameNow()).toBe('class');
  });

  test('by a name with a long key, of which it shows the beginning', async () => {
    const locks = new KeyedLocks();
    watching(locks, { name: 'accounts' });
    const shown = await locks.mutex('x'.repeat(100)).sandbox(() => snapshot()[0]?.lock);
    expect(shown).toBe(`accounts mutex "${'x'.repeat(64)}…"`);
  });

  test('of a side, which stands for its lock', async () => {
    const lock = new ReadWriteLock({ name: 'rw' });
    watching(lock.write);
    const guard = await lock.write.acquire();
    expect(seen()).toEqual(['hold ReadWriteLock "rw" write.acquire']);
    guard.release();
  });

  test.each([
    ['oldest', 0],
    ['newest', 3],
  ])('of sides, each by itself or twice: the others go on when one is undone, the %s first', async (_, first) => {
    const lock = new ReadWriteLock({ name: 'rw' });
    const watches = [watch(lock.read), watch(lock.read), watch(lock.upgradable), watch(lock.write)] as Disposable[];
    const guard = await lock.read.acquire();
    const waiting = lock.write.acquire();
    const both = ['hold ReadWriteLock "rw" read.acquire', 'wait ReadWriteLock "rw" write.acquire'];
    for (const index of [0, 1, 2, 3]) {
      expect(seen()).toEqual(both);
      watches[Math.abs(first - index)]?.[Symbol.dispose]();
    }
    expect(seen()).toEqual([]);
    guard.release();
    (await waiting).release();
  });

  test('shows what was held before, as one entry', async () => {
    const [mutex, semaphore, lock] = [new Mutex(), new Semaphore(4), new ReadWriteLock()];
    const guards = [mutex.tryAcquire(), semaphore.tryAcquire(), semaphore.tryAcquire(2), lock.write.tryAcquire()];
    watching(mutex);
    watching(semaphore);
    watching(lock);
    const expected = ['hold Mutex before watch', 'hold Semaphore before watch 3', 'hold ReadWriteLock before watch'];
    expect(seen()).toEqual(expected);
    guards[1]?.release();
    const own = semaphore.tryAcquire();
    expect(seen()[1]).toBe('hold Semaphore before watch 2');
    own?.release();
    for (const each of guards) each?.release();
    expect(seen()).toEqual([]);
  });

  test('shows what is left of that, whoever releases it', async () => {
    const semaphore = new Semaphore(4);
    await semaphore.take({ permits: 2 });
    watching(semaphore);
    expect(seen()).toEqual(['hold Semaphore before watch 2']);
    const untold = semaphore.acquire();
    watching(semaphore);
    expect(seen()).toEqual(['hold Semaphore before watch 2']);
    const guard = await untold;
    expect(seen()).toEqual(['hold Semaphore before watch 2', 'hold Semaphore acquire']);
    semaphore.release();
    expect(seen()).toEqual(['hold Semaphore before watch', 'hold Semaphore acquire']);
    await semaphore.take();
    semaphore.release();
    semaphore.release();
    expect(seen()).toEqual(['hold Semaphore acquire']);
    guard.release();
  });

  test('gives a wait that is told late what somebody held before', async () => {
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    watching(mutex);
    const locked = mutex.lock();
    guard?.release();
    await locked;
    expect(seen()).toEqual(['hold Mutex lock']);
    mutex.unlock();
  });

  test('forgets what is released of that when it is slow, and when others hold the lock', async () => {
    vi.useFakeTimers();
    const [mutex, semaphore] = [new Mutex({ name: 'm' }), new Semaphore(2, { name: 's' })];
    const guards = [mutex.tryAcquire(), semaphore.tryAcquire()];
    watching(mutex, { slow: { hold: 100 } });
    watching(semaphore, { slow: { wait: 50, hold: 200 } });
    guards[0]?.release();
    const large = semaphore.acquire({ permits: 2 });
    const next = semaphore.acquire();
    vi.advanceTimersByTime(100);
    expect(reports.map(String)).toEqual([
      'Slow wait.\n  waits for Semaphore "s": acquire(), for 50 ms\n  holds Semaphore "s": before watch(), for 50 ms',
      'Slow wait.\n  waits for Semaphore "s": acquire(), for 50 ms\n  holds Semaphore "s": before watch(), for 50 ms',
    ]);
    guards[1]?.release();
    (await large).release();
    (await next).release();
    vi.advanceTimersByTime(200);
    expect(reports.length).toBe(2);
    vi.useRealTimers();
    await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
    expect(reports[2]?.entries.map(({ kind, verb }) => `${kind} ${verb}`)).toEqual(['wait sandbox', 'hold sandbox']);
  });

  test('leaves no hold of an upgrade that ends after it is undone', async () => {
    const lock = new ReadWriteLock();
    const undo = watch(lock) as Disposable;
    const reader = await lock.read.acquire();
    const guard = await lock.upgradable.acquire();
    const upgraded = guard.upgrade();
    undo[Symbol.dispose]();
    reader.release();
    await upgraded;
    watching(lock);
    expect(seen()).toEqual(['hold ReadWriteLock before watch']);
    guard.release();
    expect(seen()).toEqual([]);
  });

  test('forgets its entries when it is undone, and guards stay valid', async () => {
    const mutex = new Mutex();
    const undo = watch(mutex) as Disposable;
    const guard = await mutex.acquire();
    const waiting = mutex.acquire();
    undo[Symbol.dispose]();
    expect(snapshot()).toEqual([]);
    guard.release();
    const next = await waiting;
    expect([guard.released, mutex.isLocked, snapshot()]).toEqual([true, true, []]);
    next.release();
    expect(mutex.isLocked).toBe(false);
    const other = new Mutex({ name: 'other' });
    watching(other);
    const kept = other.tryAcquire();
    const again = watch(mutex, { name: 'again' }) as Disposable;
    const pending = mutex.acquire();
    again[Symbol.dispose]();
    (await pending).release();
    expect(seen()).toEqual(['hold Mutex "other" tryAcquire']);
    kept?.release();
    await watchedSandbox(mutex);
    expect(snapshot()).toEqual([]);
  });

  async function watchedSandbox(mutex: Mutex): Promise<void> {
    const undo = watch(mutex) as Disposable;
    const holder = mutex.sandbox(async () => undo[Symbol.dispose]());
    await Promise.all([holder, mutex.sandbox(async () => {})]);
  }

  test('lets runs of map go on, unseen, that have not been granted their hold yet', async () => {
    const mutex = new Mutex();
    const undo = watch(mutex) as Disposable;
    const guard = mutex.tryAcquire();
    const looks = map(mutex, [1], () => seen());
    expect(seen()).toEqual(['hold Mutex tryAcquire', 'wait Mutex map']);
    undo[Symbol.dispose]();
    guard?.release();
    expect(await looks).toEqual([[]]);
  });

  test('takes a name, or a function that makes names', async () => {
    const [mutex, semaphore, keyed, other] = [new Mutex(), new Semaphore(), new KeyedLocks(), new Mutex({ name: 'o' })];
    watching(mutex, { name: 'mine' });
    watching(semaphore, { name: (lock) => `s${(lock as Semaphore).capacity}` });
    watching(keyed, { name: 'accounts' });
    const error = vi.spyOn(console, 'error').mockReturnValue();
    watching(other, {
      name() {
        throw new Error('no name');
      },
    });
    const locks = [mutex, semaphore, keyed.mutex('k'), other];
    const guards = locks.map((lock) => lock.tryAcquire());
    expect(snapshot().map(({ lock }) => lock)).toEqual(['mine', 's1', 'accounts mutex "k"', 'Mutex "o"']);
    expect(error).toHaveBeenCalledWith(new Error('no name'));
    error.mockRestore();
    for (const each of guards) each?.release();
  });

  test('remembers where an upgrade and a downgrade were asked, with stacks', async () => {
    const lock = new ReadWriteLock();
    watching(lock, { stacks: true });
    const line = () => snapshot().at(-1)?.stack?.split('\n')[0];
    async function take() {
      return [await lock.read.acquire(), await lock.upgradable.acquire()] as const;
    }
    const [reading, guard] = await take();
    function ask() {
      return guard.upgrade();
    }
    const upgraded = ask();
    expect(line()).toContain('ask');
    reading.release();
    await upgraded;
    guard.release();
    const writing = await lock.write.acquire();
    function lower() {
      return [writing.downgrade()];
    }
    const [next] = lower();
    expect(line()).toContain('lower');
    next?.release();
  });

  test('remembers where it was asked, with stacks', async () => {
    const mutex = new Mutex();
    watching(mutex, { stacks: true });
    const guard = await mutex.acquire();
    const [entry] = snapshot();
    expect(entry?.stack?.split('\n')[0]).toContain('watch.test.ts');
    guard.release();
    const { captureStackTrace } = Error;
    Object.assign(Error, { captureStackTrace: undefined });
    const next = await mutex.acquire();
    Object.assign(Error, { captureStackTrace });
    expect(snapshot()[0]?.stack).toContain('watch.test.ts');
    next.release();
  });

  test.each([
    [undefined, {}, 'target must be a lock, a family or a class of locks, but is undefined'],
    ['lock', {}, 'target must be a lock, a family or a class of locks, but is "lock"'],
    [{}, {}, 'target must be a lock, a family or a class of locks, but is [object Object]'],
    [() => {}, {}, 'target must be a lock, a family or a class of locks, but is a function'],
    [Object.freeze(new Mutex()), {}, 'target must be extensible (else watch its class), but is [object Mutex]'],
    [new Mutex(), 'x', 'options must be an object, but is "x"'],
    [new Mutex(), { name: 5 }, 'name must be a string or a function, but is 5'],
    [new Mutex(), { stacks: 1 }, 'stacks must be a boolean, but is 1'],
    [new Mutex(), { slow: 1 }, 'slow must be an object, but is 1'],
    [new Mutex(), { slow: { wait: '1' } }, 'slow.wait must be a number of milliseconds, at least 0, but is "1"'],
    [new Mutex(), { slow: { hold: -1 } }, 'slow.hold must be a number of milliseconds, at least 0, but is -1'],
    [new Mutex(), { onReport: null }, 'onReport must be a function, but is null'],
  ])('refuses %s with %s', (target, options, message) => {
    expect(() => watch(target as never, options as never)).toThrow(message);
  });
});

describe('reports', () => {
  test('slow waits and holds, once each', async () => {
    vi.useFakeTimers();
    const mutex = new Mutex({ name: 'm' });
    watching(mutex, { slow: { wait: 100, hold: 1000 } });
    const guard = await mutex.acquire();
    const waiting = mutex.acquire();
    vi.advanceTimersByTime(99);
    expect(reports).toEqual([]);
    vi.advanceTimersByTime(5000);
    guard.release();
    (await waiting).release();
    vi.advanceTimersByTime(5000);
    expect(reports.map(String)).toEqual([
      'Slow wait.\n  waits for Mutex "m": acquire(), for 100 ms\n  holds Mutex "m": acquire(), for 100 ms',
      'Slow hold.\n  holds Mutex "m": acquire(), for 1000 ms',
    ]);
    expect(reports.map(({ kind }) => kind)).toEqual(['slow-wait', 'slow-hold']);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('by console.warn unless told otherwise, and shows what onReport throws', async () => {
    vi.useFakeTimers();
    const [warn, error] = [vi.spyOn(console, 'warn').mockReturnValue(), vi.spyOn(console, 'error').mockReturnValue()];
    const [mutex, other] = [new Mutex(), new Mutex()];
    ended.push(watch(mutex, { slow: { hold: 1 } }) as Disposable);
    watching(other, {
      slow: { hold: 1 },
      onReport() {
        throw new Error('mine');
      },
    });
    const guards = [mutex.tryAcquire(), other.tryAcquire()];
    vi.advanceTimersByTime(1);
    expect(String(warn.mock.calls[0]?.[0])).toContain('Slow hold');
    expect(error).toHaveBeenCalledWith(new Error('mine'));
    for (const each of guards) each?.release();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
});

describe('reports', () => {
  test('what an async onReport throws', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const mutex = new Mutex();
    watching(mutex, { onReport: () => Promise.reject(new Error('mine')) as never });
    await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 5 }).catch(() => {}));
    await rest();
    expect(error).toHaveBeenCalledWith(new Error('mine'));
    error.mockRestore();
  });
});

describe('stacks', () => {
  test('name the call of map and stream, whenever an item is started', async () => {
    const semaphore = new Semaphore(1);
    watching(semaphore, { stacks: true });
    const look = async () => {
      await rest();
      return snapshot().map(({ stack }) => stack?.includes('watch.test.ts'));
    };
    const both = [true, true];
    expect(await map(semaphore, [1, 2, 3], look)).toEqual([both, both, [true]]);
    const looks: unknown[] = [];
    for await (const found of stream(semaphore, [1, 2, 3], look, { buffer: 1 })) looks.push(found);
    expect(looks.flat()).not.toContain(false);
  });

  test.each([
    ['returns no text', (_: Error, sites: unknown) => sites, expect.stringContaining('watch.test.ts')],
    ['returns nothing', () => undefined, ''],
  ])('stop no call if Error.prepareStackTrace %s', async (_, prepare, expected) => {
    const mutex = new Mutex();
    watching(mutex, { stacks: true });
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = prepare;
    const guard = mutex.tryAcquire();
    Error.prepareStackTrace = prepareStackTrace;
    error.mockRestore();
    const [entry] = snapshot();
    guard?.release();
    expect(entry?.stack).toEqual(expected);
  });
});

describe('tells', () => {
  test('a subscriber that ends the watch, and the lock can be watched again', async () => {
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
    const undo = toDiagnosticsChannel() as Disposable;
    const mutex = new Mutex();
    for (const name of ['valvekit:wait', 'valvekit:hold']) {
      const watched = watch(mutex) as Disposable;
      const told: unknown[] = [];
      const onMessage = (message: unknown) => {
        told.push(message);
        watched[Symbol.dispose]();
      };
      const guard = await mutex.acquire();
      const waiting = mutex.acquire();
      subscribe(name, onMessage);
      guard.release();
      (await waiting).release();
      unsubscribe(name, onMessage);
      expect([told.length, seen()]).toEqual([1, []]);
      watching(mutex);
      const next = await mutex.acquire();
      expect(seen()).toEqual(['hold Mutex acquire']);
      next.release();
      ended.pop()?.[Symbol.dispose]();
    }
    undo[Symbol.dispose]();
  });

  test('observers of the performance timeline, and leaves nothing in it', async () => {
    const mutex = new Mutex({ name: 'm' });
    watching(mutex);
    const measured: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => void measured.push(...list.getEntries()));
    observer.observe({ entryTypes: ['measure'] });
    const sinks = [toPerformance(), toPerformance()] as Disposable[];
    sinks[0]?.[Symbol.dispose]();
    await mutex.sandbox(() => {});
    const guard = await mutex.acquire();
    const waiting = mutex.sandbox(() => {});
    guard.release();
    await waiting;
    sinks[1]?.[Symbol.dispose]();
    await mutex.sandbox(() => {});
    await vi.waitFor(() => expect(measured.length).toBe(4));
    observer.disconnect();
    expect(measured.map(({ name }) => name)).toEqual([
      'Mutex "m": sandbox (hold)',
      'Mutex "m": acquire (hold)',
      'Mutex "m": sandbox (wait)',
      'Mutex "m": sandbox (hold)',
    ]);
    expect((measured[0] as PerformanceMeasure).detail.devtools).toMatchObject({
      dataType: 'track-entry',
      track: 'valvekit',
    });
    expect(performance.getEntriesByType('measure')).toEqual([]);
  });

  test('nobody who fails: the lock is released all the same', async () => {
    const mutex = new Mutex();
    watching(mutex);
    const undo = toPerformance() as Disposable;
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const measure = vi.spyOn(performance, 'measure').mockImplementation(() => {
      throw new Error('no timeline');
    });
    const guard = await mutex.acquire();
    guard.release();
    expect([mutex.isLocked, seen()]).toEqual([false, []]);
    expect(error).toHaveBeenCalledWith(new Error('no timeline'));
    undo[Symbol.dispose]();
    measure.mockRestore();
    error.mockRestore();
  });

  test('subscribers of the diagnostics channels', async () => {
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
    const messages: unknown[] = [];
    const onMessage = (message: unknown) => void messages.push(message);
    const mutex = new Mutex({ name: 'm' });
    watching(mutex);
    const undo = toDiagnosticsChannel() as Disposable;
    await mutex.sandbox(() => {});
    for (const name of ['valvekit:wait', 'valvekit:hold']) subscribe(name, onMessage);
    await mutex.sandbox(async () => {
      await expect(mutex.acquire({ timeout: 1 })).rejects.toThrow('timed out');
    });
    undo[Symbol.dispose]();
    await mutex.sandbox(() => {});
    for (const name of ['valvekit:wait', 'valvekit:hold']) unsubscribe(name, onMessage);
    expect(messages).toEqual([
      expect.objectContaining({ kind: 'wait', lock: 'Mutex "m"', verb: 'acquire', duration: expect.any(Number) }),
      expect.objectContaining({ kind: 'hold', lock: 'Mutex "m"', verb: 'sandbox', duration: expect.any(Number) }),
    ]);
  });

  test('how much has been released, of bare holds and of what was held before', async () => {
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
    const told: string[] = [];
    const onMessage = (message: unknown) => {
      const { verb, permits } = message as Entry;
      told.push(`${verb} ${permits}`);
    };
    const semaphore = new Semaphore(9);
    await semaphore.take({ permits: 2 });
    watching(semaphore);
    const undo = toDiagnosticsChannel() as Disposable;
    for (const name of ['valvekit:wait', 'valvekit:hold']) subscribe(name, onMessage);
    await semaphore.take({ permits: 3 });
    await semaphore.take({ permits: 4 });
    semaphore.release(5);
    semaphore.release(2);
    expect(told).toEqual(['take 3', 'take 2']);
    semaphore.release(2);
    const large = semaphore.take({ permits: 9 });
    expect(() => semaphore.release(10)).toThrow('only 9 were taken');
    const waiting = semaphore.take({ permits: 5 });
    semaphore.release(9);
    semaphore.release(5);
    await Promise.all([large, waiting]);
    expect(told).toEqual(['take 3', 'take 2', 'before watch 2', 'take 9', 'take 5']);
    for (const name of ['valvekit:wait', 'valvekit:hold']) unsubscribe(name, onMessage);
    undo[Symbol.dispose]();
  });

  test('that the runtime has no channels', () => {
    const { getBuiltinModule } = process;
    vi.resetModules();
    Object.assign(process, { getBuiltinModule: undefined });
    return import('../src/diagnostics-channel.ts')
      .then(({ toDiagnosticsChannel }) => expect(() => toDiagnosticsChannel()).toThrow('node:diagnostics_channel'))
      .finally(() => Object.assign(process, { getBuiltinModule }));
  });
});

test('a call that outlives its sandbox belongs to the one around it that still runs, or to no task', async () => {
  const [outer, inner, late] = [new Mutex(), new Mutex(), new Mutex({ name: 'late' })];
  for (const each of [outer, inner, late]) watching(each);
  const start = () => inner.sandbox(() => [rest().then(() => late.acquire())]);
  await outer.sandbox(async () => {
    const guard = await (await start())[0];
    const [around, held] = snapshot();
    expect([held?.lock, held?.task]).toEqual(['Mutex "late"', around?.task]);
    expect(around?.task).toBeDefined();
    guard?.release();
  });
  const guard = await (await start())[0];
  expect(snapshot().map(({ lock, task }) => [lock, task])).toEqual([['Mutex "late"', undefined]]);
  guard?.release();
});
