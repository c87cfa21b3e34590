import {
  type Callback,
  createReadWriteLock,
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
  it('takes a policy', () => {
    expectTypeOf(createReadWriteLock).parameter(0).toEqualTypeOf<ReadWriteLockOptions | undefined>();
    expectTypeOf(createReadWriteLock({ policy: 'readers' })).toEqualTypeOf<ReadWriteLock>();
    new ReadWriteLock({ policy: undefined });
    // @ts-expect-error no such policy
    new ReadWriteLock({ policy: 'writers' });
    // @ts-expect-error the policy is an option
    new ReadWriteLock('readers');
  });

  it('has bare verbs in two forms', () => {
    expectTypeOf(lock.readLock()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(lock.writeLock({ timeout: 5, signal: new AbortController().signal, priority: 1 })).toEqualTypeOf<
      Promise<void>
    >();
    expectTypeOf(lock.readLock(() => {})).toEqualTypeOf<void>();
    expectTypeOf(lock.writeLock(() => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(lock.writeLock(() => {}, { timeout: 5000 })).toEqualTypeOf<void>();
    lock.readLock(function (error) {
      expectTypeOf(this).toEqualTypeOf<ReadWriteLock>();
      expectTypeOf(error).toEqualTypeOf<unknown>();
    });
    expectTypeOf<Callback<ReadWriteLock>>().toEqualTypeOf<(this: ReadWriteLock, error?: unknown) => void>();
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
    // @ts-expect-error a try takes nothing
    lock.tryReadLock(1);
    // @ts-expect-error unlock takes nothing
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

  it('give what a sandbox gives', () => {
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
    // @ts-expect-error a read guard is at the bottom
    guard.downgrade();
    // @ts-expect-error only an upgradable guard can write later
    void guard.upgrade();
  });

  it('cannot be used before they are there', () => {
    const guard = lock.read.acquire();
    // @ts-expect-error a promise of a guard is no guard
    guard.release();
    const tried = lock.read.tryAcquire();
    // @ts-expect-error perhaps there is none
    tried.release();
    tried?.release();
  });

  it('of writers go down, those of upgradables go up', async () => {
    const write = await lock.write.acquire();
    expectTypeOf(write.downgrade()).toEqualTypeOf<Guard>();
    const upgradable = await lock.upgradable.acquire();
    expectTypeOf(upgradable.upgrade({ timeout: 1 })).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a write guard is at the top
    void write.upgrade();
    // @ts-expect-error what was upgraded stays with its guard
    upgradable.downgrade();
    // @ts-expect-error an upgrade has no callback form
    void upgradable.upgrade(() => {});
  });
});
