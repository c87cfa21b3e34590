import type { GiveUpOptions, Guard, PermitOptions as LanedPermitOptions, Lockable } from '@valvekit/core';
import { Line } from './line.ts';
import { requireThat } from './require-that.ts';
import { sandbox } from './sandbox.ts';

/** How long to wait, and for how many permits. */
export interface PermitOptions extends GiveUpOptions {
  /** How many permits to take together, an integer of at least 1; default 1. */
  permits?: number | undefined;
}

/**
 * A set of permits that many can hold, but never more than `capacity` of them at a time.
 *
 * Use a `Mutex` if the capacity is always 1. Use `@valvekit/semaphore` if you need priorities, callbacks, `wrap`, names
 * in error messages, or many waiters on one signal.
 *
 * Order: first come, first served. A request for several permits gets all or none, in its turn; smaller ones behind it
 * wait, so it cannot starve.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately, leaves nothing behind,
 * and grants the waiters behind it that can proceed.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@valvekit/lite';
 *
 * const connections = new Semaphore(5);
 * const page = await connections.sandbox(async () => 'the answer');
 * ```
 */
export class Semaphore implements Lockable<Guard, LanedPermitOptions> {
  readonly #line: Line;

  /**
   * A set of permits that many can hold, but never more than `capacity` of them at a time.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} if it is anything else
   */
  constructor(capacity = 1) {
    this.#line = new Line('Semaphore', checkedCapacity(capacity));
  }

  /**
   * Waits for its turn and takes permits. Resolves to a guard that releases them. Free permits are taken before the
   * call returns.
   *
   * @throws {TypeError | RangeError} a bad argument, or more permits than the capacity, as a rejection; also a
   *   `priority` other than 0
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/lite';
   *
   * const semaphore = new Semaphore(5);
   * {
   *   using guard = await semaphore.acquire({ permits: 2 });
   * }
   * ```
   */
  acquire(options?: PermitOptions): Promise<Guard> {
    return new Promise((resolve, reject) => {
      this.#line.asking(this.#checked(options?.permits), 'acquire', options)(resolve, reject);
    });
  }

  /**
   * Takes permits if they are free and nobody is waiting.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer from 1 to the capacity
   */
  tryAcquire(permits = 1): Guard | undefined {
    return this.#line.tryAcquire(this.#checked(permits));
  }

  /**
   * Runs `fn` under permits, and releases them when `fn` has returned, thrown, or settled its promise.
   *
   * It starts `fn` before it returns if the permits are free; if `fn` returns no promise, they are free again by then. A
   * `fn` that has to wait runs soon after it is granted its permits, in the async context of its own caller.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire()` does
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/lite';
   *
   * const connections = new Semaphore(5);
   * const page = await connections.sandbox(async () => 'the page', { timeout: 1000 });
   * ```
   */
  async sandbox<R>(fn: () => R, options?: PermitOptions): Promise<Awaited<R>> {
    return sandbox(fn, this.#line.asking(this.#checked(options?.permits), 'sandbox', options));
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. Holders keep their permits.
   *
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/lite';
   *
   * const semaphore = new Semaphore(0);
   * const wait = semaphore.acquire().catch((error) => error.message);
   * semaphore.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason?: unknown): void {
    this.#line.cancel(reason);
  }

  /** How many permits are free; negative while more are held than a lowered capacity allows. */
  get available(): number {
    return this.#line.capacity - this.#line.taken;
  }

  /**
   * How many permits there are: an integer of at least 0, or `Infinity`.
   *
   * Raising it grants waiters immediately. Lowering it takes effect as permits come back, and rejects waiters that ask
   * for more than the new capacity with a `RangeError`. 0 is a pause: every request waits until it is raised.
   *
   * @throws {TypeError | RangeError} on assignment, if it is anything else
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/lite';
   *
   * const workers = new Semaphore(4);
   * workers.capacity = 0; // pause
   * workers.capacity = 8; // go on, with more
   * ```
   */
  get capacity(): number {
    return this.#line.capacity;
  }

  set capacity(capacity: number) {
    this.#line.capacity = checkedCapacity(capacity);
    for (const settle of this.#line.values()) {
      settle((permits) => {
        try {
          this.#checked(permits);
          return undefined;
        } catch (error) {
          return error;
        }
      });
    }
    this.#line.drain();
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  // The prototype says what any other one says: jest finds methods to mock only there.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'Semaphore' : 'Object';
  }

  #checked(permits = 1): number {
    // A capacity of 0 is a pause, in which no request is too large.
    requireInteger('permits', permits, 1, this.#line.capacity || Infinity);
    return permits;
  }
}

function checkedCapacity(capacity: number): number {
  if (capacity !== Infinity) requireInteger('capacity', capacity, 0, Infinity);
  return capacity + 0; // -0 is 0
}

function requireInteger(argument: string, value: number, least: number, most: number): void {
  requireThat(
    argument,
    `an integer from ${least} to ${most}`,
    value,
    Number.isSafeInteger(value) && value >= least && value <= most,
    typeof value === 'number' ? RangeError : TypeError,
  );
}
