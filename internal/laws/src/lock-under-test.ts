import type { Guard, Mutex, ReadWriteLock, Semaphore, WaitOptions } from 'valvekit';

/** What a lock may do without. Laws that speak of it then do not apply. */
export type Feature =
  /** Calls with a higher priority go first. */
  | 'priorities'
  /** `console.log` shows its state. */
  | 'views'
  /** Waiters that share a signal share one listener. */
  | 'shared listeners'
  /** A waiting function runs inside the call that grants the lock. */
  | 'synchronous delivery';

/** The scoped layer of a lock, whatever it locks. */
export interface ScopedLockUnderTest {
  readonly primitive: object;
  readonly lacks?: readonly Feature[];
  /** The names that its errors give to what waits. */
  readonly operations: { readonly acquire: string; readonly sandbox: string };
  /** Whether several who wait can be let in together. */
  readonly isShared: boolean;
  acquire(options?: WaitOptions): Promise<Guard>;
  tryAcquire(): Guard | undefined;
  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>>;
  cancel(reason?: unknown): void;
  /** Somebody takes the lock, so that whoever asks has to wait. Returns what gives it back. */
  block(): () => void;
  readonly waiting: number;
  readonly isHeld: boolean;
}

/** A lock with both its layers. */
export interface LockUnderTest extends ScopedLockUnderTest {
  readonly operations: { readonly bare: string; readonly acquire: string; readonly sandbox: string };
  wait(options?: WaitOptions): Promise<void>;
  /** Returns whatever the verb returns. */
  waitWithCallback(callback: (this: unknown, error?: unknown) => void, limit?: number | WaitOptions): void;
  tryTake(): boolean;
  giveBack(): void;
}

export function lacks({ lacks = [] }: ScopedLockUnderTest, feature: Feature): boolean {
  return lacks.includes(feature);
}

export function mutexUnderTest(mutex: Mutex): LockUnderTest {
  return {
    primitive: mutex,
    operations: { bare: 'Mutex.lock', acquire: 'Mutex.acquire', sandbox: 'Mutex.sandbox' },
    isShared: false,
    wait: (options) => mutex.lock(options),
    waitWithCallback: (callback, limit) => mutex.lock(callback, limit),
    tryTake: () => mutex.tryLock(),
    giveBack: () => mutex.unlock(),
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

/** A semaphore of which one can be inside: everybody takes `permits`, and twice as many are never there. */
export function semaphoreUnderTest(semaphore: Semaphore, permits = 1): LockUnderTest {
  const terms = (options?: WaitOptions) => (permits === 1 ? options : withPermits(options, permits));
  return {
    primitive: semaphore,
    operations: { bare: 'Semaphore.take', acquire: 'Semaphore.acquire', sandbox: 'Semaphore.sandbox' },
    isShared: false,
    wait: (options) => semaphore.take(terms(options)),
    waitWithCallback(callback, limit) {
      if (permits === 1) return semaphore.take(callback, limit);
      return semaphore.take(callback, withPermits(typeof limit === 'number' ? { timeout: limit } : limit, permits));
    },
    tryTake: () => semaphore.tryTake(permits),
    giveBack: () => semaphore.release(permits),
    acquire: (options) => semaphore.acquire(terms(options)),
    tryAcquire: () => semaphore.tryAcquire(permits),
    sandbox: (fn, options) => semaphore.sandbox(fn, terms(options)),
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

// Keeps what is wrong with the options wrong, and who asks for them visible.
function withPermits(options: WaitOptions | undefined, permits: number): WaitOptions {
  if (options !== undefined && (typeof options !== 'object' || options === null)) return options;
  return Object.create(options ?? Object.prototype, { permits: { value: permits } }) as WaitOptions;
}

/** The write side. */
export function writeSideUnderTest(lock: ReadWriteLock): LockUnderTest {
  return new BareSide(lock, 'write');
}

/** The read side, against a writer. */
export function readSideUnderTest(lock: ReadWriteLock): LockUnderTest {
  return new BareSide(lock, 'read');
}

/** The upgradable side, against another upgradable hold. */
export function upgradableSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return new ScopedSide(lock, 'upgradable');
}

class ScopedSide implements ScopedLockUnderTest {
  readonly primitive: ReadWriteLock;
  readonly side: 'read' | 'write' | 'upgradable';

  constructor(lock: ReadWriteLock, side: 'read' | 'write' | 'upgradable') {
    this.primitive = lock;
    this.side = side;
  }

  get operations() {
    const name = `ReadWriteLock.${this.side}`;
    return { bare: `${name}Lock`, acquire: `${name}.acquire`, sandbox: `${name}.sandbox` };
  }

  get isShared(): boolean {
    return this.side === 'read';
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
    limit?: number | WaitOptions,
  ): void =>
    this.side === 'read' ? this.primitive.readLock(callback, limit) : this.primitive.writeLock(callback, limit);

  tryTake(): boolean {
    return this.side === 'read' ? this.primitive.tryReadLock() : this.primitive.tryWriteLock();
  }

  giveBack(): void {
    this.primitive.unlock();
  }
}
