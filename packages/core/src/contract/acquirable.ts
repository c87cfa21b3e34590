import type { Guard } from './guard.ts';
import type { Lease } from './lease.ts';
import type { GiveUpOptions, WaitOptions } from './options.ts';
import type { Signal } from './signal.ts';

/** Anything that can be acquired, in any scope. Write libraries against this. */
export interface Acquirable<H extends Guard | Lease = Guard | Lease, O extends GiveUpOptions = WaitOptions> {
  /** Waits for a hold, and resolves to the guard or lease that releases it. */
  acquire(options?: O): Promise<H>;
  /**
   * Takes a hold if no wait is needed. Returns a guard or lease, or `undefined` if a wait would be needed. Await it: a
   * lock of a wider scope answers later.
   */
  tryAcquire(): H | undefined | Promise<H | undefined>;
  /**
   * Runs `fn` under a hold, and releases the hold however `fn` ends. A lock of a wider scope passes its lease to `fn`.
   */
  sandbox<R>(fn: (lease?: Lease) => R, options?: O): Promise<Awaited<R>>;
}

/**
 * A lock of this thread: it releases, and answers a try, within the call.
 *
 * Order: first come, first served, higher priorities first. Releasing hands the lock directly to the next waiter.
 */
export interface Lockable<G extends Guard = Guard, O extends WaitOptions = WaitOptions> extends Acquirable<G, O> {
  /**
   * Waits for its turn, and resolves to a guard that releases the hold. A free lock is taken before the call returns.
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
   *   using guard = await mutex.acquire({ timeout: 500 });
   *   // alone in here
   * }
   * ```
   */
  acquire(options?: O): Promise<G>;
  /**
   * Takes a hold if it is free and no request of priority 0 or higher is waiting for it. Returns a guard, or `undefined` if a
   * wait would be needed.
   *
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const guard = new Mutex().tryAcquire();
   * if (guard) guard.release();
   * ```
   */
  tryAcquire(): G | undefined;
  /**
   * Runs `fn` under a hold, and releases the hold when `fn` has returned, thrown, or settled its promise. Other
   * libraries call it `runExclusive` or `withLock`.
   *
   * On a free lock it starts `fn` before it returns; if `fn` returns no promise, the lock is free again by then. A `fn`
   * that has to wait runs in the async context of its own caller.
   * Order, cancellation: as `acquire`.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire` does
   * @example
   * ```ts
   * import { Mutex } from '@valvekit/mutex';
   *
   * const token = await new Mutex().sandbox(async () => 'fresh', { timeout: 1000 });
   * ```
   */
  sandbox<R>(fn: () => R, options?: O): Promise<Awaited<R>>;
}

/** A lock of a wider scope: it answers later, and its hold can be lost. */
export interface AsyncLockable<L extends Lease = Lease, O extends WaitOptions = WaitOptions> extends Acquirable<L, O> {
  /**
   * Waits for its turn, and resolves to the lease that releases the hold.
   *
   * Order: first come, first served, higher priorities first; between tabs or processes as the scope says.
   * Cancellation: a timeout or an aborted signal ends the wait immediately, and never ends a hold.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   */
  acquire(options?: O): Promise<L>;
  /**
   * Takes a hold if no wait is needed. Resolves to a lease, or to `undefined` if a wait would be needed.
   *
   * @throws `signal.reason` as a rejection, if the signal has aborted
   */
  tryAcquire(options?: { signal?: Signal | null | undefined }): Promise<L | undefined>;
  /**
   * Runs `fn` with the lease, and releases it however `fn` ends.
   * Order, cancellation, errors of the wait: as `acquire`.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire` does
   * @throws {LeaseLostError} as a rejection, if the lease was lost before the end, even though `fn` succeeded; an error of
   *   `fn`'s own wins
   */
  sandbox<R>(fn: (lease: L) => R, options?: O): Promise<Awaited<R>>;
}
