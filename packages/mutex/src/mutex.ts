import {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  type WaitOptions,
} from '@valvekit/core';
import {
  type AskingVerb,
  acquire,
  admit,
  bothForms,
  type Entrance,
  entrance,
  type GuardVerb,
  giveBack,
  granted,
  Hold,
  type Inspect,
  inspection,
  label,
  readName,
  sandbox,
  tryAcquire,
  verb,
  view,
  WaiterQueue,
} from '@valvekit/core/line';

// There is only one thing to ask for.
const request = (): void => {};
const LOCK: AskingVerb<Mutex, void, WaitOptions> = verb('lock', request, true);
const ACQUIRE: GuardVerb<Mutex, void, WaitOptions, Guard> = { ...verb('acquire', request), Guard: Hold };
const SANDBOX: AskingVerb<Mutex, void, WaitOptions> = verb('sandbox', request);

/**
 * A lock that only one caller can hold at a time.
 *
 * Use something else if several may hold it (`Semaphore`), if most of the holders only read (`ReadWriteLock`), or if
 * nothing between the check and the change is asynchronous: then there is nothing to lock.
 *
 * Order: first come, first served, higher priorities first. Releasing hands the lock directly to the next waiter, so a
 * later caller cannot barge in.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately and leaves nothing
 * behind. Holders keep the lock.
 *
 * It is a binary semaphore with FIFO hand-off (Dijkstra, 1965; Hoare's "Monitors", 1974, for the hand-off).
 *
 * @example
 * ```ts
 * import { Mutex } from '@valvekit/mutex';
 *
 * const mutex = new Mutex({ name: 'balance' });
 * let balance = 100;
 *
 * await mutex.sandbox(async () => {
 *   const before = balance;
 *   await Promise.resolve();
 *   balance = before - 10;
 * });
 * ```
 */
export class Mutex implements Lockable {
  #isHeld = false;
  readonly #name: string | undefined;
  readonly #line: WaiterQueue = new WaiterQueue(this);

  /**
   * A lock that only one caller can hold at a time, first come, first served.
   *
   * @param options - `name`: shown in error messages and in diagnostics
   * @throws {TypeError} if the name is no string
   */
  constructor(options?: NameOptions) {
    this.#name = readName(options);
  }

  /**
   * Waits for its turn and locks. Release the lock with `unlock()`.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * await mutex.lock({ timeout: 5000 });
   * try {
   *   // alone in here
   * } finally {
   *   mutex.unlock();
   * }
   * ```
   */
  lock(options?: WaitOptions): Promise<void>;
  /**
   * Waits for its turn and locks, then calls `callback` with the mutex as `this`, or with an error if the wait ended
   * without the lock. The callback runs before this call returns if the mutex is free, otherwise inside the call that
   * grants it.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  lock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  // One body for both forms.
  lock(callbackOrOptions?: Callback<this> | WaitOptions, timeout?: number | WaitOptions): Promise<void> | undefined {
    if (callbackOrOptions === undefined && timeout === undefined && this.#line.admitNow(undefined, LOCK))
      return granted;
    return bothForms(this.#line, LOCK, this, callbackOrOptions, timeout);
  }

  /**
   * Locks if the mutex is free, and returns whether it did; never waits. Release the lock with `unlock()`.
   *
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * if (mutex.tryLock()) mutex.unlock();
   * ```
   */
  tryLock(): boolean {
    return this.#line.tryAdmit(undefined, LOCK);
  }

  /**
   * Releases what `lock()` or `tryLock()` took, and hands it to the next waiter if there is one.
   *
   * @throws {InvalidStateError} if the mutex is not locked, or is held by a guard or a sandbox
   */
  unlock(): void {
    if (this.#line.giveBackBare()) return;
    const why = this.#isHeld ? 'is held by a guard or a sandbox, and only they can release it' : 'is not locked';
    throw new InvalidStateError(`${label(this)} ${why}`);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Whether the lock is held. It stays true while the lock passes from one holder to the next. */
  get isLocked(): boolean {
    return this.#isHeld;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for its turn and locks. Resolves to a guard that releases the lock.
   *
   * Order: first come, first served, higher priorities first.
   * Cancellation: a timeout, an aborted signal or `cancel()` ends the wait, and leaves nothing behind.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * {
   *   using guard = await mutex.acquire();
   *   // alone in here, until the block ends
   * }
   * ```
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    return acquire(this.#line, ACQUIRE, this, options);
  }

  /** Locks if the mutex is free, and returns a guard that releases it, else `undefined`; never waits. */
  tryAcquire(): Guard | undefined {
    return tryAcquire(this.#line, ACQUIRE, undefined);
  }

  /**
   * Runs `fn` while nobody else holds the lock, and releases the lock when `fn` has returned, thrown, or settled its
   * promise. Other libraries call it `runExclusive` or `withLock`.
   *
   * It starts `fn` before it returns if the lock is free; if `fn` returns no promise, the lock is free again by then. A
   * `fn` that has to wait runs inside the call that grants it, in the async context of its own caller.
   * Order, cancellation, errors of the wait: as `acquire`.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire` does
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * const token = await mutex.sandbox(async () => 'fresh', { timeout: 1000 });
   * ```
   */
  sandbox<R>(fn: () => R, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.#line, SANDBOX, this, fn, options);
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. A holder keeps its hold.
   *
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * mutex.tryLock();
   * const wait = mutex.lock().catch((error) => error.message);
   * mutex.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
  }

  /** @internal */
  [entrance](): Entrance<void> {
    return { line: this.#line, request: undefined, verb: SANDBOX };
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'Mutex' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view(label(this), { isLocked: this.isLocked, waiting: this.waiting }, options, inspect);
  }

  /** @internal */
  [admit](): boolean {
    if (this.#isHeld) return false;
    this.#isHeld = true;
    return true;
  }

  /** @internal */
  [giveBack](): void {
    this.#isHeld = false;
  }
}

/** Creates a `Mutex`. */
export function createMutex(options?: NameOptions): Mutex {
  return new Mutex(options);
}
