import {
  AbortError,
  bothForms,
  type Callback,
  granted,
  Hold,
  type Inspect,
  inspection,
  type Lockable,
  mustBe,
  view,
  type WaitOptions,
} from '@valvekit/core';
import { type UpgradableGuard, UpgradableHold, type WriteGuard, WriteHold } from './guards.ts';
import { Holds, type Policy } from './holds.ts';
import { Side } from './side.ts';

/** Options of a `ReadWriteLock`. */
export interface ReadWriteLockOptions {
  /**
   * Who goes first. `'fair'`, the default, is arrival order: neither side can starve. With `'readers'` a reader goes in
   * whenever no writer holds the lock, and steady readers can keep writers out for ever.
   */
  policy?: Policy | undefined;
}

const READ = { mode: 'read', isGuarded: false } as const;
const WRITE = { mode: 'write', isGuarded: false } as const;

/**
 * A lock that many can hold to read, or one to write.
 *
 * Use a `Mutex` if most of the holds write: it is smaller and faster.
 *
 * Order: with the policy `'fair'`, arrival order, higher priorities first: a reader that comes while a writer waits
 * queues behind it, and readers next to each other in the line go in together. With `'readers'`, a reader goes in
 * whenever no writer holds the lock, and when a writer leaves all waiting readers go in first; but none passes a
 * waiting upgrade. Upgradable holds wait in the writers' line then, since they keep writers out.
 * Giving up: a time-out, an abort or `cancel()` takes the waiter out of the line at once, leaves nothing behind, and
 * lets in those whom it held back.
 *
 * A reader that asks for a second read hold may wait behind a writer who waits for the first one: that is a deadlock.
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
  readonly #holds: Holds;
  /** To read: beside other readers. */
  readonly read: Lockable;
  /** To write: alone. Its guards can go on reading after they have written. */
  readonly write: Lockable<WriteGuard>;
  /** To read and perhaps write later: beside readers, but one at a time of these. */
  readonly upgradable: Lockable<UpgradableGuard>;

  /**
   * @param options - the policy
   * @throws {TypeError} if they are no object, or the policy is unknown
   */
  constructor(options?: ReadWriteLockOptions) {
    const holds = new Holds(policyOf(options));
    this.#holds = holds;
    this.read = new Side(holds, 'read', Hold);
    this.write = new Side(holds, 'write', WriteHold);
    this.upgradable = new Side(holds, 'upgradable', UpgradableHold);
  }

  /**
   * Takes a read hold, waiting for its turn. Give it back with `unlock()`.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if the lock was not to be had within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
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
   * Takes a read hold, then calls `callback` with the lock as `this`; with an error if it gave up instead. The callback
   * runs before this call returns if the hold is to be had at once, otherwise inside the call that lets it in.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  readLock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  readLock(callbackOrOptions?: Callback<this> | WaitOptions, limit?: number | WaitOptions): Promise<void> | undefined {
    return this.#lock(READ, 'ReadWriteLock.readLock', callbackOrOptions, limit);
  }

  /** Takes the write hold, waiting for its turn, as `readLock` does. Give it back with `unlock()`. */
  writeLock(options?: WaitOptions): Promise<void>;
  /**
   * Takes the write hold, then calls `callback`, as `readLock` does.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  writeLock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  writeLock(callbackOrOptions?: Callback<this> | WaitOptions, limit?: number | WaitOptions): Promise<void> | undefined {
    return this.#lock(WRITE, 'ReadWriteLock.writeLock', callbackOrOptions, limit);
  }

  /** Takes a read hold if the policy lets it in at once. Give it back with `unlock()`. */
  tryReadLock(): boolean {
    return this.#holds.queue('read').tryAdmit(READ);
  }

  /** Takes the write hold if it is to be had at once. Give it back with `unlock()`. */
  tryWriteLock(): boolean {
    return this.#holds.queue('write').tryAdmit(WRITE);
  }

  /**
   * Gives back the write hold, or one read hold, that a bare verb took; lets in who is next.
   *
   * @throws {InvalidStateError} if the lock is not locked, or held by guards and sandboxes only
   */
  unlock(): void {
    this.#holds.unlock();
  }

  /** How the lock is held: `'R'` to read, `'W'` to write, or not at all. */
  get isLocked(): false | 'R' | 'W' {
    if (this.isWriteLocked) return 'W';
    return this.isReadLocked ? 'R' : false;
  }

  /** Whether anybody reads. */
  get isReadLocked(): boolean {
    return this.readers > 0;
  }

  /** Whether somebody writes. */
  get isWriteLocked(): boolean {
    return this.#holds.isWriting;
  }

  /** How many read holds there are, an upgradable one among them. */
  get readers(): number {
    return this.#holds.readers;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#holds.waiting;
  }

  /** How many wait to read, upgradable ones among them. It walks the line. */
  get waitingReaders(): number {
    return this.waiting - this.waitingWriters;
  }

  /** How many wait to write, an upgrade among them. It walks the line. */
  get waitingWriters(): number {
    return this.#holds.waitingWriters;
  }

  /** Gives up everybody who waits, with `reason` or else an `AbortError`. Who holds the lock keeps it. */
  cancel(reason: unknown = new AbortError('ReadWriteLock.cancel() gave up all who waited')): void {
    this.#holds.cancelAll(reason);
  }

  get [Symbol.toStringTag](): string {
    return 'ReadWriteLock';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    const { isLocked, readers, waitingReaders, waitingWriters } = this;
    return view('ReadWriteLock', { isLocked, readers, waitingReaders, waitingWriters }, options, inspect);
  }

  #lock(
    request: typeof READ | typeof WRITE,
    operation: string,
    callbackOrOptions: Callback<this> | WaitOptions | undefined,
    limit: number | WaitOptions | undefined,
  ): Promise<void> | undefined {
    const queue = this.#holds.queue(request.mode);
    if (callbackOrOptions === undefined && limit === undefined && queue.admitNow(request)) return granted;
    return bothForms(queue, () => request, operation, this, callbackOrOptions, limit);
  }
}

/** Makes a `ReadWriteLock`. */
export function createReadWriteLock(options?: ReadWriteLockOptions): ReadWriteLock {
  return new ReadWriteLock(options);
}

function policyOf(options: ReadWriteLockOptions | undefined): Policy {
  if (options === undefined) return 'fair';
  if (typeof options !== 'object' || options === null) throw new TypeError(mustBe('options', 'an object', options));
  const { policy = 'fair' } = options;
  if (policy !== 'fair' && policy !== 'readers') {
    throw new TypeError(mustBe('policy', "'fair' or 'readers'", policy));
  }
  return policy;
}
