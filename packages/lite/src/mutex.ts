import type { GiveUpOptions, Guard, Lockable } from '@valvekit/core';
import { Line } from './line.ts';
import { sandbox } from './sandbox.ts';

/**
 * A lock that only one caller can hold at a time.
 *
 * Use `@valvekit/mutex` if you need priorities, callbacks, names in error messages, or many waiters on one signal. If
 * nothing between the check and the change is asynchronous, there is nothing to lock.
 *
 * Order: first come, first served. Releasing hands the lock directly to the next waiter, so a later caller cannot barge
 * in.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately and leaves nothing
 * behind. Holders keep the lock.
 *
 * @example
 * ```ts
 * import { Mutex } from '@valvekit/lite';
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
  readonly #line: Line = new Line('Mutex', 1);

  /**
   * Waits for its turn and locks. Resolves to a guard that releases the lock. A free lock is taken before the call
   * returns.
   *
   * @throws {TypeError} a bad argument, naming it, as a rejection; also a `priority` other than 0
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/lite';
   *
   * const mutex = new Mutex();
   * {
   *   using guard = await mutex.acquire({ timeout: 500 });
   *   // alone in here, until the block ends
   * }
   * ```
   */
  acquire(options?: GiveUpOptions): Promise<Guard> {
    return new Promise(this.#line.asking(1, 'acquire', options));
  }

  /** Locks if the mutex is free, and returns a guard that releases it, else `undefined`; never waits. */
  tryAcquire(): Guard | undefined {
    return this.#line.tryAcquire(1);
  }

  /**
   * Runs `fn` while nobody else holds the lock, and releases the lock when `fn` has returned, thrown, or settled its
   * promise. Other libraries call it `runExclusive` or `withLock`.
   *
   * It starts `fn` before it returns if the lock is free; if `fn` returns no promise, the lock is free again by then. A
   * `fn` that has to wait runs soon after it is granted the lock, in the async context of its own caller.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire()` does
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/lite';
   *
   * const mutex = new Mutex();
   * const token = await mutex.sandbox(async () => 'fresh', { timeout: 1000 });
   * ```
   */
  sandbox<R>(fn: () => R, options?: GiveUpOptions): Promise<Awaited<R>> {
    return sandbox(fn, this.#line.asking(1, 'sandbox', options));
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. A holder keeps its hold.
   *
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/lite';
   *
   * const mutex = new Mutex();
   * const guard = mutex.tryAcquire();
   * const wait = mutex.acquire().catch((error) => error.message);
   * mutex.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason?: unknown): void {
    this.#line.cancel(reason);
  }

  /** Whether the lock is held. It stays true while the lock passes from one holder to the next. */
  get isLocked(): boolean {
    return this.#line.taken > 0;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  // The prototype says what any other one says: jest finds methods to mock only there.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'Mutex' : 'Object';
  }
}
