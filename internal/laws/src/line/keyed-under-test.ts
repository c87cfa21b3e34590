import type { Guard, KeyedLock, KeyedLocks, Lockable, WaitOptions } from 'valvekit';
import type { ScopedLockUnderTest } from './lock-under-test.ts';

/** Makes a view of the lock of one key. */
type Look = () => KeyedLock;

/** The mutex of a key. Every call is made through a view of its own. */
export function keyedMutexUnderTest(locks: KeyedLocks): ScopedLockUnderTest {
  return new KeyedUnderTest(locks, () => locks.mutex('key'), 'mutex "key"');
}

/** The semaphore of a key, of one permit. */
export function keyedSemaphoreUnderTest(locks: KeyedLocks): ScopedLockUnderTest {
  return new KeyedUnderTest(locks, () => locks.semaphore('key', 1), 'semaphore "key"');
}

/** The write side of a key. */
export function keyedWriteSideUnderTest(locks: KeyedLocks): ScopedLockUnderTest {
  return new KeyedUnderTest(locks, () => locks.readWriteLock('key').write, 'readWriteLock "key"', 'write.');
}

/** The read side of a key, blocked by a writer. */
export function keyedReadSideUnderTest(locks: KeyedLocks): ScopedLockUnderTest {
  const { write } = locks.readWriteLock('key');
  return new KeyedUnderTest(locks, () => locks.readWriteLock('key').read, 'readWriteLock "key"', 'read.', write);
}

class KeyedUnderTest implements ScopedLockUnderTest {
  readonly primitive: KeyedLocks;
  readonly className: string;
  readonly verbs: ScopedLockUnderTest['verbs'];
  readonly rival: Lockable | undefined;
  private readonly look: Look;

  constructor(locks: KeyedLocks, look: Look, shown: string, side = '', rival?: Lockable) {
    this.primitive = locks;
    this.look = look;
    this.className = `KeyedLocks ${shown}`;
    this.verbs = { acquire: `${side}acquire`, sandbox: `${side}sandbox`, callback: '', promise: '' };
    this.rival = rival;
  }

  get isShared(): boolean {
    return this.rival !== undefined;
  }

  get waiting(): number {
    return this.look().waiting;
  }

  get isHeld(): boolean {
    return this.look().isLocked;
  }

  acquire(options?: WaitOptions): Promise<Guard> {
    return this.look().acquire(options);
  }

  tryAcquire(): Guard | undefined {
    return this.look().tryAcquire();
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return this.look().sandbox(fn, options) as Promise<Awaited<R>>;
  }

  cancel(reason?: unknown): void {
    this.look().cancel(reason);
  }

  block(): () => void {
    const guard = (this.rival ?? this.look()).tryAcquire();
    if (guard === undefined) throw new Error('The lock is held already');
    return () => guard.release();
  }
}
