import {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  type WaitOptions,
  type WriteGuard,
} from '@valvekit/core';
import {
  admit,
  bothForms,
  giveBack,
  granted,
  type Inspect,
  inspection,
  label,
  mismatch,
  readName,
  view,
  WaiterQueue,
  waitersOf,
} from '@valvekit/core/line';
import type { UpgradableGuard } from './guards.ts';
import type { Request } from './request.ts';
import { READ, READ_FIRST, Side, type SideVerbs, UPGRADABLE, WRITE } from './side.ts';

/** Options of a `ReadWriteLock`. */
export interface ReadWriteLockOptions extends NameOptions {
  /**
   * Which waiters go first. `'fair'`, the default, is arrival order: neither side can starve. With `'readers'` a reader
   * enters whenever no writer holds the lock, and steady readers can keep writers out forever.
   */
  policy?: 'fair' | 'readers' | undefined;
}

/**
 * A lock that many can hold to read, or one to write.
 *
 * Use a `Mutex` if most of the holds write: it is smaller and faster.
 *
 * Order: with the policy `'fair'`, arrival order, higher priorities first: a reader that arrives while a writer waits
 * queues behind it, and adjacent readers enter together. With `'readers'`, a reader enters whenever no writer holds the
 * lock, and when a writer leaves all waiting readers enter first; but none overtakes a waiting upgrade. Upgradable holds
 * wait with the writers then, since they keep writers out.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately, leaves nothing behind,
 * and grants the waiters behind it that can proceed.
 *
 * A reader that asks for a second read hold may wait behind a writer that waits for the first one: that is a deadlock.
 *
 * Readers and writers are those of Courtois, Heymans and Parnas (1971); the fair policy is that of tokio's `RwLock`,
 * Java's fair `ReentrantReadWriteLock` and the Web Locks API.
 *
 * @example
 * ```ts
 * import { ReadWriteLock } from '@valvekit/rwlock';
 *
 * const lock = new ReadWriteLock();
 * const cache = new Map<string, string>();
 *
 * const found = await lock.read.sandbox(() => cache.get('key'));
 * await lock.write.sandbox(() => cache.set('key', 'value'));
 * ```
 */
export class ReadWriteLock {
  #readers = 0;
  #isWriting = false;
  #hasUpgradable = false;
  readonly #readVerbs: SideVerbs<Guard>;
  readonly #name: string | undefined;
  readonly #line: WaiterQueue<Request> = new WaiterQueue<Request>(this);
  // Made when first asked for: a lock that uses one side does not pay for three.
  #read: Lockable | undefined;
  #write: Lockable<WriteGuard> | undefined;
  #upgradable: Lockable<UpgradableGuard> | undefined;

  /**
   * A lock that many can hold to read, or one to write.
   *
   * @param options - `policy`: who goes first; `name`: shown in error messages and in diagnostics
   * @throws {TypeError} if they are no object, the policy is unknown, or the name is no string
   */
  constructor(options?: ReadWriteLockOptions) {
    this.#name = readName(options);
    const { policy = 'fair' } = options ?? {};
    if (policy !== 'fair' && policy !== 'readers') {
      throw new TypeError(mismatch('policy', "'fair' or 'readers'", policy));
    }
    this.#readVerbs = policy === 'fair' ? READ : READ_FIRST;
  }

  /** The read side: many can hold it at the same time, but not while a writer holds the lock. */
  get read(): Lockable {
    this.#read ??= new Side(this.#line, this.#readVerbs);
    return this.#read;
  }

  /**
   * The write side: one holder at a time, and no readers. Its guards have `downgrade()`, to go on reading after
   * writing.
   */
  get write(): Lockable<WriteGuard> {
    this.#write ??= new Side(this.#line, WRITE);
    return this.#write;
  }

  /**
   * The side to read and perhaps write later: one holder at a time, and readers at the same time. Its guards have
   * `upgrade()`.
   */
  get upgradable(): Lockable<UpgradableGuard> {
    this.#upgradable ??= new Side(this.#line, UPGRADABLE);
    return this.#upgradable;
  }

  /**
   * Waits for its turn and takes a read hold. Release it with `unlock()`.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * await lock.readLock({ timeout: 1000 });
   * try {
   *   // read
   * } finally {
   *   lock.unlock();
   * }
   * ```
   */
  readLock(options?: WaitOptions): Promise<void>;
  /**
   * Takes a read hold, then calls `callback` with the lock as `this`, or with an error if the wait ended without the
   * lock. The callback runs before this call returns if the hold is free, otherwise inside the call that grants it.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  readLock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  readLock(first?: Callback<this> | WaitOptions, timeout?: number | WaitOptions): Promise<void> | undefined {
    if (first === undefined && timeout === undefined && this.#line.admitNow('read', this.#readVerbs.lock))
      return granted;
    return bothForms(this.#line, this.#readVerbs.lock, this, first, timeout);
  }

  /**
   * Waits for its turn and takes the write hold, as `readLock` does. Release it with `unlock()`.
   *
   * @throws as `readLock`
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * await lock.writeLock();
   * try {
   *   // write
   * } finally {
   *   lock.unlock();
   * }
   * ```
   */
  writeLock(options?: WaitOptions): Promise<void>;
  /**
   * Takes the write hold, then calls `callback`, as `readLock` does.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  writeLock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  writeLock(first?: Callback<this> | WaitOptions, timeout?: number | WaitOptions): Promise<void> | undefined {
    if (first === undefined && timeout === undefined && this.#line.admitNow('write', WRITE.lock)) return granted;
    return bothForms(this.#line, WRITE.lock, this, first, timeout);
  }

  /**
   * Takes a read hold if the policy admits it now, and returns whether it did; never waits. Release it with `unlock()`.
   *
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * if (lock.tryReadLock()) lock.unlock();
   * ```
   */
  tryReadLock(): boolean {
    return this.#line.tryAdmit('read', this.#readVerbs.lock);
  }

  /**
   * Takes the write hold if the lock is free, and returns whether it did; never waits. Release it with `unlock()`.
   *
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * if (lock.tryWriteLock()) lock.unlock();
   * ```
   */
  tryWriteLock(): boolean {
    return this.#line.tryAdmit('write', WRITE.lock);
  }

  /**
   * Releases the write hold, or one read hold, that a bare verb took, and admits the waiters that are next.
   *
   * @throws {InvalidStateError} if the lock is not locked, or held by guards and sandboxes only
   */
  unlock(): void {
    if (this.#line.giveBackBare(this.#isWriting ? 'write' : 'read')) return;
    const why = this.isLocked ? 'is held by guards or sandboxes, and only they can release it' : 'is not locked';
    throw new InvalidStateError(`${label(this)} ${why}`);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How the lock is held: `'R'` to read, `'W'` to write, or not at all. */
  get isLocked(): false | 'R' | 'W' {
    if (this.#isWriting) return 'W';
    return this.isReadLocked ? 'R' : false;
  }

  /** Whether there are read holds. */
  get isReadLocked(): boolean {
    return this.#readers > 0;
  }

  /** Whether there is a write hold. */
  get isWriteLocked(): boolean {
    return this.#isWriting;
  }

  /** The number of read holds, an upgradable one included. */
  get readers(): number {
    return this.#readers;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /** The number of waiters that want to read, upgradable ones included. It walks the line. */
  get waitingReaders(): number {
    return this.waiting - this.waitingWriters;
  }

  /** The number of waiters that want to write, an upgrade included. It walks the line. */
  get waitingWriters(): number {
    return waitersOf(this.#line).filter(({ request }) => request === 'write' || request === 'upgrade').length;
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. Holders keep their holds.
   *
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * lock.tryWriteLock();
   * const wait = lock.readLock().catch((error) => error.message);
   * lock.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'ReadWriteLock' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    const { isLocked, readers, waitingReaders, waitingWriters } = this;
    return view(label(this), { isLocked, readers, waitingReaders, waitingWriters }, options, inspect);
  }

  /** @internal */
  [admit](request: Request): boolean {
    switch (request) {
      case 'read':
        if (this.#isWriting) return false;
        this.#readers++;
        return true;
      case 'upgradable':
        if (this.#isWriting || this.#hasUpgradable) return false;
        this.#readers++;
        this.#hasUpgradable = true;
        return true;
      case 'write':
        if (this.#isWriting || this.#readers > 0) return false;
        this.#isWriting = true;
        return true;
      // An upgrade. Nobody asks for a downgrade: it is given back.
      default:
        if (this.#readers > 1 || !this.#hasUpgradable) return false;
        this.#readers = 0;
        this.#hasUpgradable = false;
        this.#isWriting = true;
        return true;
    }
  }

  /** @internal */
  [giveBack](request: Request): void {
    switch (request) {
      case 'write':
        this.#isWriting = false;
        break;
      case 'downgrade':
        this.#isWriting = false;
        this.#readers = 1;
        break;
      case 'upgradable':
        // An upgraded one is the writer.
        if (this.#hasUpgradable) this.#readers--;
        else this.#isWriting = false;
        this.#hasUpgradable = false;
        break;
      default:
        this.#readers--;
    }
  }
}

/** Creates a `ReadWriteLock`. */
export function createReadWriteLock(options?: ReadWriteLockOptions): ReadWriteLock {
  return new ReadWriteLock(options);
}
