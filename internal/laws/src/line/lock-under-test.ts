import type { Guard, Lockable, Mutex, ReadWriteLock, Semaphore, WaitOptions } from 'valvekit';
import { withPermits } from '../contract/with-permits.ts';
import type { Form } from './request.ts';

/** What a lock may lack. Laws about it then do not apply. */
export type Lack =
  /** Calls with a higher priority go first. */
  | 'priorities'
  /** `console.log` shows the state. */
  | 'views'
  /** Waiters that share a signal share one listener. */
  | 'shared listeners'
  /** A waiting function runs inside the call that grants it the lock. */
  | 'synchronous delivery'
  /** The promise of a call on a free lock settles within one microtask. */
  | 'prompt promises';

/** The scoped layer of any lock of one thread. */
export interface ScopedLockUnderTest {
  readonly primitive: object;
  readonly lacks?: readonly Lack[];
  /** The name of the primitive in error messages. */
  readonly className: string;
  /** The name of each form's verb in error messages. */
  readonly verbs: Readonly<Record<Form, string>>;
  /** Whether several waiters can be admitted together. */
  readonly isShared: boolean;
  /** Where they can: what excludes all of them. */
  readonly rival?: Lockable | undefined;
  acquire(options?: WaitOptions): Promise<Guard>;
  tryAcquire(): Guard | undefined;
  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>>;
  cancel(reason?: unknown): void;
  /** Takes the lock, so that every call has to wait. Returns the function that releases it. */
  block(): () => void;
  readonly waiting: number;
  readonly isHeld: boolean;
}

/** A lock with both layers. */
export interface LockUnderTest extends ScopedLockUnderTest {
  wait(options?: WaitOptions): Promise<void>;
  /** Returns whatever the verb returns. */
  waitWithCallback(callback: (this: unknown, error?: unknown) => void, timeoutOrOptions?: number | WaitOptions): void;
  tryTake(): boolean;
  unlock(): void;
}

export function lacks(lock: { readonly lacks?: readonly Lack[] }, what: Lack): boolean {
  return lock.lacks?.includes(what) === true;
}

const scopedVerbs = { acquire: 'acquire', sandbox: 'sandbox' };

export function mutexUnderTest(mutex: Mutex): LockUnderTest {
  return {
    primitive: mutex,
    className: 'Mutex',
    verbs: { ...scopedVerbs, callback: 'lock', promise: 'lock' },
    isShared: false,
    wait: (options) => mutex.lock(options),
    waitWithCallback: (callback, timeoutOrOptions) => mutex.lock(callback, timeoutOrOptions),
    tryTake: () => mutex.tryLock(),
    unlock: () => mutex.unlock(),
    acquire: (options) => mutex.acquire(options),
    tryAcquire: () => mutex.tryAcquire(),
    sandbox: (fn, options) => mutex.sandbox(fn, options),
    cancel: (reason) => mutex.cancel(reason),
    block() {
      if (!mutex.tryLock()) throw new Error('The mutex is locked already');
      return () => mutex.unlock();
    },
    get waiting() {
      return mutex.waiting;
    },
    get isHeld() {
      return mutex.isLocked;
    },
  };
}

/** A semaphore with room for one holder: every call takes `permits`, and there are never twice as many. */
export function semaphoreUnderTest(semaphore: Semaphore, permits = 1): LockUnderTest {
  const withWeight = (options?: WaitOptions) => (permits === 1 ? options : withPermits(options, permits));
  return {
    primitive: semaphore,
    className: 'Semaphore',
    verbs: { ...scopedVerbs, callback: 'take', promise: 'take' },
    isShared: false,
    wait: (options) => semaphore.take(withWeight(options)),
    waitWithCallback(callback, timeoutOrOptions) {
      if (permits === 1) return semaphore.take(callback, timeoutOrOptions);
      const options = typeof timeoutOrOptions === 'number' ? { timeout: timeoutOrOptions } : timeoutOrOptions;
      return semaphore.take(callback, withPermits(options, permits));
    },
    tryTake: () => semaphore.tryTake(permits),
    unlock: () => semaphore.release(permits),
    acquire: (options) => semaphore.acquire(withWeight(options)),
    tryAcquire: () => semaphore.tryAcquire(permits),
    sandbox: (fn, options) => semaphore.sandbox(fn, withWeight(options)),
    cancel: (reason) => semaphore.cancel(reason),
    block() {
      if (!semaphore.tryTake(permits)) throw new Error('The permits are taken already');
      return () => semaphore.release(permits);
    },
    get waiting() {
      return semaphore.waiting;
    },
    get isHeld() {
      return semaphore.available < semaphore.capacity;
    },
  };
}

/** The write side. */
export function writeSideUnderTest(lock: ReadWriteLock): LockUnderTest {
  return new BareSide(lock, 'write');
}

/** The read side, blocked by a writer. */
export function readSideUnderTest(lock: ReadWriteLock): LockUnderTest {
  return new BareSide(lock, 'read');
}

/** The upgradable side, blocked by another upgradable hold. */
export function upgradableSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return new ScopedSide(lock, 'upgradable');
}

class ScopedSide implements ScopedLockUnderTest {
  readonly className = 'ReadWriteLock';
  readonly primitive: ReadWriteLock;
  readonly side: 'read' | 'write' | 'upgradable';

  constructor(lock: ReadWriteLock, side: 'read' | 'write' | 'upgradable') {
    this.primitive = lock;
    this.side = side;
  }

  get verbs() {
    const bare = `${this.side}Lock`;
    return { callback: bare, promise: bare, acquire: `${this.side}.acquire`, sandbox: `${this.side}.sandbox` };
  }

  get isShared(): boolean {
    return this.side === 'read';
  }

  get rival(): Lockable | undefined {
    return this.isShared ? this.primitive.write : undefined;
  }

  get waiting(): number {
    return this.primitive.waiting;
  }

  get isHeld(): boolean {
    return this.primitive.isLocked !== false;
  }

  acquire(options?: WaitOptions): Promise<Guard> {
    return this.primitive[this.side].acquire(options);
  }

  tryAcquire(): Guard | undefined {
    return this.primitive[this.side].tryAcquire();
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return this.primitive[this.side].sandbox(fn, options);
  }

  cancel(reason?: unknown): void {
    this.primitive.cancel(reason);
  }

  block(): () => void {
    const guard = this.primitive[this.side === 'read' ? 'write' : this.side].tryAcquire();
    if (guard === undefined) throw new Error('The lock is held already');
    return () => guard.release();
  }
}

class BareSide extends ScopedSide implements LockUnderTest {
  wait(options?: WaitOptions): Promise<void> {
    return this.side === 'read' ? this.primitive.readLock(options) : this.primitive.writeLock(options);
  }

  readonly waitWithCallback = (
    callback: (this: unknown, error?: unknown) => void,
    timeoutOrOptions?: number | WaitOptions,
  ): void =>
    this.side === 'read'
      ? this.primitive.readLock(callback, timeoutOrOptions)
      : this.primitive.writeLock(callback, timeoutOrOptions);

  tryTake(): boolean {
    return this.side === 'read' ? this.primitive.tryReadLock() : this.primitive.tryWriteLock();
  }

  unlock(): void {
    this.primitive.unlock();
  }
}
