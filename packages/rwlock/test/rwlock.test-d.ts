import {
  type Callback,
  createReadWriteLock,
  type GiveUpOptions,
  type Guard,
  type Lockable,
  ReadWriteLock,
  type ReadWriteLockOptions,
  type UpgradableGuard,
  type WaitOptions,
  type WriteGuard,
} from '@valvekit/rwlock';
import { describe, expectTypeOf, it } from 'vitest';

const lock = new ReadWriteLock();

describe('ReadWriteLock', () => {
  it('takes a policy and a name', () => {
    expectTypeOf(createReadWriteLock).parameter(0).toEqualTypeOf<ReadWriteLockOptions | undefined>();
    expectTypeOf(createReadWriteLock({ policy: 'readers' })).toEqualTypeOf<ReadWriteLock>();
    expectTypeOf(new ReadWriteLock({ policy: undefined, name: 'cache' }).name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error a name is a string
    new ReadWriteLock({ name: 5 });
    // @ts-expect-error read-only
    lock.name = 'other';
    // @ts-expect-error no such policy
    new ReadWriteLock({ policy: 'writers' });
    // @ts-expect-error the policy is an option
    new ReadWriteLock('readers');
  });

  it('has readLock() and writeLock() in two forms', () => {
    expectTypeOf(lock.readLock()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(lock.writeLock({ timeout: 5, signal: new AbortController().signal, priority: 1 })).toEqualTypeOf<
      Promise<void>
    >();
    expectTypeOf(lock.readLock(() => {})).toEqualTypeOf<void>();
    expectTypeOf(lock.writeLock(() => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(lock.writeLock(() => {}, { timeout: 5000 })).toEqualTypeOf<void>();
    lock.readLock(function (error) {
      expectTypeOf(this).toEqualTypeOf<ReadWriteLock>();
      expectTypeOf(error).toBeAny();
    });
    lock.writeLock((error?: Error) => error?.message, { signal: null });
    expectTypeOf<Callback<ReadWriteLock>>().parameter(0).toBeAny();
    expectTypeOf<ThisParameterType<Callback<ReadWriteLock>>>().toEqualTypeOf<ReadWriteLock>();
  });

  it('refuses arguments in the wrong place', () => {
    // @ts-expect-error a promise takes options, not a number
    void lock.readLock(5000);
    // @ts-expect-error the callback comes first
    void lock.writeLock(5000, () => {});
    // @ts-expect-error the options come last
    void lock.writeLock({ timeout: 5 }, () => {});
    // @ts-expect-error no such option
    void lock.readLock({ timout: 5 });
    // @ts-expect-error the signal, not its controller
    void lock.readLock({ signal: new AbortController() });
    // @ts-expect-error a try has no arguments
    lock.tryReadLock(1);
    // @ts-expect-error unlock() has no arguments
    lock.unlock('R');
  });

  it('shows its state, which cannot be assigned', () => {
    expectTypeOf(lock.isLocked).toEqualTypeOf<false | 'R' | 'W'>();
    expectTypeOf(lock.isReadLocked).toEqualTypeOf<boolean>();
    expectTypeOf(lock.isWriteLocked).toEqualTypeOf<boolean>();
    expectTypeOf(lock.readers).toEqualTypeOf<number>();
    expectTypeOf(lock.waiting).toEqualTypeOf<number>();
    expectTypeOf(lock.waitingReaders).toEqualTypeOf<number>();
    expectTypeOf(lock.waitingWriters).toEqualTypeOf<number>();
    expectTypeOf(lock.tryReadLock()).toEqualTypeOf<boolean>();
    expectTypeOf(lock.tryWriteLock()).toEqualTypeOf<boolean>();
    expectTypeOf(lock.unlock()).toEqualTypeOf<void>();
    expectTypeOf(lock.cancel).parameters.toEqualTypeOf<[reason?: unknown]>();
    // @ts-expect-error read-only
    lock.isLocked = 'R';
    // @ts-expect-error read-only
    lock.read = lock.write;
  });

  it('is no Lockable itself, and is not disposable', () => {
    expectTypeOf(lock).not.toExtend<Lockable>();
    expectTypeOf(lock).not.toExtend<Disposable>();
  });
});

describe('the sides', () => {
  it('are Lockables of their guards', () => {
    expectTypeOf(lock.read).toEqualTypeOf<Lockable>();
    expectTypeOf(lock.write).toEqualTypeOf<Lockable<WriteGuard>>();
    expectTypeOf(lock.upgradable).toEqualTypeOf<Lockable<UpgradableGuard>>();
    expectTypeOf(lock.read.acquire()).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(lock.write.acquire({ timeout: 1 })).toEqualTypeOf<Promise<WriteGuard>>();
    expectTypeOf(lock.upgradable.tryAcquire()).toEqualTypeOf<UpgradableGuard | undefined>();
  });

  it('infer what a sandbox resolves to', () => {
    expectTypeOf(lock.read.sandbox(() => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(lock.write.sandbox(async () => 'a' as const)).toEqualTypeOf<Promise<'a'>>();
    expectTypeOf(lock.upgradable.sandbox(() => {})).toEqualTypeOf<Promise<void>>();
    expectTypeOf(lock.read.sandbox(() => Promise.resolve(Promise.resolve([1])))).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(lock.read.sandbox((): number | Promise<number> => 1)).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error a sandbox needs a function
    void lock.read.sandbox();
    // @ts-expect-error the function takes no guard
    void lock.write.sandbox((guard: Guard) => guard.release());
  });

  it('take the options of every wait', () => {
    expectTypeOf(lock.read.acquire).parameter(0).toEqualTypeOf<WaitOptions | undefined>();
    // @ts-expect-error permits are a semaphore's
    void lock.read.acquire({ permits: 2 });
  });
});

describe('the guards', () => {
  it('are disposable, and read-only', async () => {
    using guard = await lock.read.acquire();
    expectTypeOf(guard).toExtend<Disposable>();
    expectTypeOf(guard.released).toEqualTypeOf<boolean>();
    expectTypeOf(guard.release()).toEqualTypeOf<void>();
    // @ts-expect-error read-only
    guard.released = true;
    // @ts-expect-error a read guard cannot be downgraded
    guard.downgrade();
    // @ts-expect-error only an upgradable guard can be upgraded
    void guard.upgrade();
  });

  it('cannot be used before the lock is acquired', () => {
    const guard = lock.read.acquire();
    // @ts-expect-error a promise of a guard is no guard
    guard.release();
    const tried = lock.read.tryAcquire();
    // @ts-expect-error there may be no guard
    tried.release();
    tried?.release();
  });

  it('of writers can be downgraded, those of upgradables upgraded', async () => {
    const write = await lock.write.acquire();
    expectTypeOf(write.downgrade()).toEqualTypeOf<Guard>();
    const upgradable = await lock.upgradable.acquire();
    expectTypeOf(upgradable.upgrade({ timeout: 1 })).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a write guard cannot be upgraded
    void write.upgrade();
    // @ts-expect-error an upgradable guard cannot be downgraded
    upgradable.downgrade();
    expectTypeOf(upgradable.upgrade).parameter(0).toEqualTypeOf<GiveUpOptions | undefined>();
    // @ts-expect-error an upgrade goes before every priority
    void upgradable.upgrade({ priority: 1 });
    // @ts-expect-error an upgrade has no callback form
    void upgradable.upgrade(() => {});
  });
});
