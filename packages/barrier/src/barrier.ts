import { AbortError, bothForms, deliver, type Inspect, inspection, view, type WaitOptions } from '@valvekit/core';
import { type Condition, matcherOf } from './condition.ts';
import { TicketLine } from './ticket-line.ts';

/** The callback of `Barrier.wait`: an error if the wait was given up, else the ticket that matched. */
export type BarrierCallback<T, This = Barrier<T>> = (this: This, error?: unknown, ticket?: T) => void;

/**
 * A gate on a value, the ticket: waits end when the ticket meets their condition.
 *
 * It is no rendezvous of several parties, which goes by the same name elsewhere; for "wait until all are done" use an
 * `ASemaphore`.
 *
 * Order: `set` is one step. It decides who matches before it lets anybody go, and lets them go in the order they came;
 * nobody holds back anybody.
 * Giving up: a time-out, an abort or `cancel()` ends a wait at once and leaves nothing behind.
 * A condition function that throws ends its own wait, with that error, and no other.
 *
 * It is a condition variable that keeps its value (Hoare's "Monitors", 1974), so that no wake-up is missed: who waits
 * for what is already there does not wait.
 *
 * @example
 * ```ts
 * import { Barrier } from '@valvekit/barrier';
 *
 * const state = new Barrier('starting');
 * setTimeout(() => state.set('ready'), 10);
 * const ticket = await state.wait(['ready', 'failed']);
 * ```
 */
export class Barrier<T = unknown> {
  readonly #line: TicketLine<T>;

  /** @param ticket - the first ticket; default `undefined` */
  constructor(ticket?: T) {
    this.#line = new TicketLine(ticket as T);
  }

  /** The current ticket. */
  get(): T {
    return this.#line.ticket;
  }

  /**
   * Sets the ticket and lets go all whose condition it meets. It costs what it lets go and the functions and RegExps
   * waiting, not what waits for other values.
   */
  set(ticket: T): void {
    this.#line.set(ticket);
    deliver();
  }

  /**
   * Waits until the ticket meets the condition; not at all if it does.
   *
   * A scalar matches by sameness as in `Array.prototype.includes`; a list, which is copied, if it includes the ticket; a
   * RegExp by testing string tickets, without its flags `g` and `y`; a function by what it returns, and a type guard
   * narrows the result. A ticket that is itself a promise is resolved by the promise returned.
   *
   * @returns the ticket that matched
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if there was no match within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   * @throws what the condition function throws
   */
  wait<S extends T>(condition: (ticket: T) => ticket is S, options?: WaitOptions): Promise<S>;
  wait(condition: Condition<T>, options?: WaitOptions): Promise<T>;
  /**
   * Waits until the ticket meets the condition, then calls `callback` with the barrier as `this` and the ticket that
   * matched; with an error if the wait was given up. The callback runs before this call returns if the ticket matches
   * already, otherwise inside the `set` that lets it go.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  wait(condition: Condition<T>, callback: BarrierCallback<T, this>, timeout?: number | WaitOptions): void;
  // One body for all forms.
  wait(
    condition: Condition<T>,
    callbackOrOptions?: BarrierCallback<T, this> | WaitOptions,
    limit?: number | WaitOptions,
  ): Promise<T> | undefined {
    const wish = () => this.#line.wish(matcherOf(condition));
    return bothForms(this.#line, wish, 'Barrier.wait', this, callbackOrOptions, limit);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Gives up everybody who waits, with `reason` or else an `AbortError`. */
  cancel(reason: unknown = new AbortError('Barrier.cancel() gave up all who waited')): void {
    this.#line.cancelAll(reason);
    deliver();
  }

  get [Symbol.toStringTag](): string {
    return 'Barrier';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Barrier', { ticket: this.get(), waiting: this.waiting }, options, inspect);
  }
}

/**
 * Makes a `Barrier`.
 *
 * @param ticket - the first ticket; default `undefined`
 */
export function createBarrier<T = unknown>(ticket?: T): Barrier<T> {
  return new Barrier(ticket);
}
