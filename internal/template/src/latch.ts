import { AbortError, type Callback, InvalidStateError, type NameOptions, type WaitOptions } from '@valvekit/core';
import {
  type AskingVerb,
  admit,
  bothForms,
  giveBack,
  type Inspect,
  inspection,
  label,
  readName,
  requireCount,
  verb,
  view,
  WaiterQueue,
} from '@valvekit/core/line';

const WAIT: AskingVerb<Latch, void, WaitOptions> = verb('wait', () => undefined);

/**
 * A gate that opens once its count reaches zero, and stays open.
 *
 * Use a promise if one operation opens it, and `Promise.all` if everything that opens it is a promise that you have
 * from the start.
 *
 * Order: when it opens, all waiters proceed in the order they came, higher priorities first.
 * Giving up: a timeout, an abort or `cancel()` removes the waiter from the line immediately and leaves nothing behind.
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
  readonly #name: string | undefined;
  readonly #line: WaiterQueue = new WaiterQueue(this);

  /**
   * @param count - an integer ≥ 0
   * @param options - `name`: shown in error messages and in diagnostics
   * @throws {TypeError | RangeError} if one of them is anything else
   */
  constructor(count = 1, options?: NameOptions) {
    requireCount('count', count, 0);
    this.#count = count;
    this.#name = readName(options);
  }

  /**
   * Counts down by one; at zero, ends every wait.
   *
   * @throws {InvalidStateError} if the count is already zero
   */
  countDown(): void {
    if (this.#count === 0) throw new InvalidStateError(`${label(this)}: countDown() at zero; it is open already`);
    this.#count--;
    this.#line.moveUp();
  }

  /**
   * Waits until the count is zero; returns immediately if it is.
   *
   * @throws {TypeError | RangeError} if an argument is invalid; the promise form rejects with the error
   * @throws {TimeoutError} if the count does not reach zero within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   */
  wait(options?: WaitOptions): Promise<void>;
  /**
   * Waits until the count is zero, then calls `callback` with the `Latch` as `this`, or with an error if the wait
   * ended before that. The callback runs before this call returns if the count is zero, otherwise inside the call that ends
   * the wait.
   *
   * @param timeout - how many milliseconds to wait at most, or options
   */
  wait(callback: Callback<this>, timeout?: number | WaitOptions): void;
  // One body for both forms.
  wait(callbackOrOptions?: Callback<this> | WaitOptions, timeout?: number | WaitOptions): Promise<void> | undefined {
    return bothForms(this.#line, WAIT, this, callbackOrOptions, timeout);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How many more times it must be counted down before it opens. */
  get count(): number {
    return this.#count;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Ends every wait with `reason` or an `AbortError`. The count does not change. */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
  }

  get [Symbol.toStringTag](): string {
    return 'Latch';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view(label(this), { count: this.count, waiting: this.waiting }, options, inspect);
  }

  /** @internal */
  [admit](): boolean {
    return this.#count === 0;
  }

  /** @internal An open latch is not held. */
  [giveBack](): void {}
}

/**
 * Creates a `Latch`.
 *
 * @param count - an integer ≥ 0
 * @param options - `name`: shown in error messages and in diagnostics
 */
export function createLatch(count = 1, options?: NameOptions): Latch {
  return new Latch(count, options);
}
