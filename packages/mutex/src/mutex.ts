import {
  AbortError,
  acquire,
  bothForms,
  type Callback,
  deliver,
  type Guard,
  granted,
  Hold,
  type Inspect,
  InvalidStateError,
  inspection,
  type Lockable,
  sandbox,
  view,
  WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

/** Who holds the lock, or asks for it: a bare verb, or a guard or a sandbox. */
type Holder = 'bare' | 'guarded';

/**
 * A lock that one at a time can hold.
 *
 * Use something else if several may be inside (`Semaphore`), if most of them only read (`ReadWriteLock`), or if nothing
 * between the check and the change is asynchronous: then there is nothing to lock.
 *
 * Order: first come, first served, higher priorities first. Who gives the lock back hands it to the next waiter
 * itself, so nobody who comes later can slip in between.
 * Giving up: a time-out, an abort or `cancel()` takes the waiter out of the line at once and leaves nothing behind.
 * A hold is never taken away.
 *
 * It is a binary semaphore with FIFO hand-off (Dijkstra, 1965; Hoare's "Monitors", 1974, for the hand-off).
 *
 * @example
 * ```ts
 * import { Mutex } from '@valvekit/mutex';
 *
 * const mutex = new Mutex();
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
  #holder: Holder | undefined;
  readonly #queue: WaiterQueue<Mutex, Holder> = new WaiterQueue<Mutex, Holder>(this, this.#admit, this.#giveBack);

  /**
   * Locks, waiting for its turn. Give it back with `unlock()`.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if the lock was not to be had within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
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
   * Locks, then calls `callback` with the mutex as `this`; with an error if it gave up instead. The callback runs
   * before this call returns if the mutex is free, otherwise inside the call that lets it in.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  lock(callback: Callback<this>, timeout?: number | WaitOptions): void;
  // One body for both forms.
  lock(callbackOrOptions?: Callback<this> | WaitOptions, limit?: number | WaitOptions): Promise<void> | undefined {
    if (callbackOrOptions === undefined && limit === undefined && this.#admit('bare')) return granted;
    return bothForms(this.#queue, bare, 'Mutex.lock', this, callbackOrOptions, limit);
  }

  /** Locks if that can be done at once. Give it back with `unlock()`. */
  tryLock(): boolean {
    return this.#admit('bare');
  }

  /**
   * Gives back what `lock()` or `tryLock()` took, to the next waiter if there is one.
   *
   * @throws {InvalidStateError} if the mutex is not locked, or is locked by a guard or a sandbox
   */
  unlock(): void {
    if (this.#holder !== 'bare') {
      throw new InvalidStateError(
        this.#holder === undefined
          ? 'Mutex is not locked'
          : 'Mutex is locked by a guard or a sandbox; only they can unlock it',
      );
    }
    this.#giveBack();
  }

  /** Whether anybody holds the lock; also true while it passes from one to the next. */
  get isLocked(): boolean {
    return this.#holder !== undefined;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Locks, waiting for its turn, and resolves to a guard that gives the lock back. Rejects as `lock()` does.
   *
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
    return acquire(this.#queue, Hold, guarded, 'Mutex.acquire', options);
  }

  /** Locks if that can be done at once. */
  tryAcquire(): Guard | undefined {
    return this.#admit('guarded') ? new Hold(this.#queue, 'guarded') : undefined;
  }

  /**
   * Runs `fn` alone, and gives the lock back when it has ended: returned, thrown, or settled its promise.
   *
   * It starts `fn` before it returns if the lock is free; if `fn` then gives no promise, the lock is free again too.
   * A waiting `fn` runs inside the call that lets it in, in the async context of its own caller.
   *
   * @returns what `fn` gives; it rejects with what `fn` throws, and as `lock()` does
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const mutex = new Mutex();
   * const token = await mutex.sandbox(async () => 'fresh', { timeout: 1000 });
   * ```
   */
  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.#queue, guarded, 'Mutex.sandbox', fn, options);
  }

  /**
   * Gives up everybody who waits, with `reason` or else an `AbortError`. Who holds the lock keeps it.
   */
  cancel(reason: unknown = new AbortError('Mutex.cancel() gave up all who waited')): void {
    this.#queue.cancelAll(reason);
    deliver();
  }

  get [Symbol.toStringTag](): string {
    return 'Mutex';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Mutex', { isLocked: this.isLocked, waiting: this.waiting }, options, inspect);
  }

  #admit(asker: Holder): boolean {
    if (this.#holder !== undefined) return false;
    this.#holder = asker;
    return true;
  }

  #giveBack(): void {
    this.#holder = undefined;
    this.#queue.drain();
    deliver();
  }
}

/** Makes a `Mutex`. */
export function createMutex(): Mutex {
  return new Mutex();
}

function bare(): Holder {
  return 'bare';
}

function guarded(): Holder {
  return 'guarded';
}
