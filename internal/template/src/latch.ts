import {
  AbortError,
  bothForms,
  type Callback,
  deliver,
  type Inspect,
  InvalidStateError,
  inspection,
  requireCount,
  view,
  WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

/**
 * A gate that opens for good once it has been counted down to zero.
 *
 * Use a promise if one thing opens it, and `Promise.all` if what opens it are promises that you have at once.
 *
 * Order: when it opens, all who wait go in the order they came, higher priorities first.
 * Giving up: a time-out, an abort or `cancel()` takes the waiter out of the line at once and leaves nothing behind.
 *
 * @example
 * ```ts
 * import { Latch } from '@valvekit-internal/template';
 *
 * const gate = new Latch(2);
 * setTimeout(() => gate.countDown(), 10);
 * setTimeout(() => gate.countDown(), 20);
 * await gate.wait({ timeout: 1000 });
 * ```
 */
export class Latch {
  #count: number;
  readonly #queue: WaiterQueue<Latch> = new WaiterQueue<Latch>(this, this.#admit);

  /**
   * @param count - an integer of at least 0
   * @throws {TypeError | RangeError} if it is anything else
   */
  constructor(count = 1) {
    requireCount('count', count, 0);
    this.#count = count;
  }

  /**
   * Counts down by one; at zero lets everybody go.
   *
   * @throws {InvalidStateError} if the count is zero already
   */
  countDown(): void {
    if (this.#count === 0) throw new InvalidStateError('Latch.countDown() at zero: it is open already');
    this.#count--;
    this.#queue.drain();
    deliver();
  }

  /**
   * Waits until the count is zero; not at all if it is.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if the count was not zero within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   */
  wait(options?: WaitOptions): Promise<void>;
  /**
   * Waits until the count is zero, then calls `callback` with it as `this`; with an error if the wait was given
   * up. The callback runs before this call returns if the count is zero, otherwise inside the call that lets it go.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  wait(callback: Callback<this>, timeout?: number | WaitOptions): void;
  // One body for both forms.
  wait(callbackOrOptions?: Callback<this> | WaitOptions, limit?: number | WaitOptions): Promise<void> | undefined {
    return bothForms(this.#queue, nothing, 'Latch.wait', this, callbackOrOptions, limit);
  }

  /** How often it has to be counted down until it opens. */
  get count(): number {
    return this.#count;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Gives up everybody who waits, with `reason` or else an `AbortError`. The count stays. */
  cancel(reason: unknown = new AbortError('Latch.cancel() gave up all who waited')): void {
    this.#queue.cancelAll(reason);
    deliver();
  }

  get [Symbol.toStringTag](): string {
    return 'Latch';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Latch', { count: this.count, waiting: this.waiting }, options, inspect);
  }

  #admit(): boolean {
    return this.#count === 0;
  }
}

/**
 * Makes a `Latch`.
 *
 * @param count - an integer of at least 0
 */
export function createLatch(count = 1): Latch {
  return new Latch(count);
}

// There is nothing to choose from.
function nothing(): void {}
