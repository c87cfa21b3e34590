import { AbortError, type GiveUpOptions, type NameOptions } from '@valvekit/core';
import {
  type AskingVerb,
  bothForms,
  deliver,
  type Inspect,
  inspection,
  label,
  readGiveUpOptions,
  readName,
  view,
} from '@valvekit/core/line';
import { type Condition, matcherOf, type Scalar } from './condition.ts';
import { TicketLine, type Wish, wishFor } from './ticket-line.ts';

/** The callback of `Barrier.wait`: an error if the wait ended without a match, else the ticket that matched. */
// biome-ignore lint/suspicious/noExplicitAny: so that `(error?: Error) => void` fits
export type BarrierCallback<T, This = Barrier<T>> = (this: This, error?: any, ticket?: T) => void;

/** The arguments of the constructor: the first ticket can be left out where it may be undefined. */
export type BarrierArguments<T> = undefined extends T
  ? [ticket?: T, options?: NameOptions]
  : [ticket: T, options?: NameOptions];

// How deep a ticket is shown.
const DEEPEST = 4;

const WAIT: AskingVerb<Condition<unknown>, Wish<unknown>> = {
  name: 'wait',
  rank: 0,
  isBare: false,
  terms: readGiveUpOptions,
  request: (condition) => wishFor(matcherOf(condition)),
};

/**
 * A gate on a value, the ticket: a wait ends when the ticket satisfies its condition.
 *
 * Elsewhere it is called a gate or a condition. It is not the barrier at which several parties meet; for "wait until
 * all are done" use an `ASemaphore`.
 *
 * Order: `set` is one step. It decides which waits match before it ends any, and ends them in order of arrival; no
 * waiter blocks another.
 * Cancellation: a timeout, an abort or `cancel()` ends a wait immediately and leaves nothing behind.
 * A condition function that throws ends its own wait, with that error, and no other.
 *
 * It is a condition variable that keeps its value (Hoare's "Monitors", 1974), so that no wake-up is missed: a wait for a
 * ticket that is already there ends immediately.
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
  readonly #name: string | undefined;
  readonly #line: TicketLine<T>;

  /**
   * A gate on a value: waits end when the ticket satisfies their condition.
   *
   * @param args - the first ticket, then options: `name`, which is shown in error messages and in diagnostics
   * @throws {TypeError} if the name is no string
   */
  constructor(...args: BarrierArguments<T>) {
    const [ticket, options] = args;
    this.#name = readName(options);
    this.#line = new TicketLine(this, ticket as T);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The current ticket. */
  get(): T {
    return this.#line.ticket;
  }

  /**
   * Sets the ticket and ends all waits that it matches. It costs what it ends and the functions and RegExps waiting, not
   * what waits for other values.
   *
   * @example
   * ```ts
   * import { Barrier } from '@valvekit/barrier';
   *
   * const state = new Barrier('starting');
   * const started = state.wait('ready');
   * state.set('ready');
   * console.log(await started); // → ready
   * ```
   */
  set(ticket: T): void {
    this.#line.set(ticket);
    deliver();
  }

  /**
   * Waits until the ticket satisfies the condition. If it already does, the promise has resolved.
   *
   * A scalar matches by sameness as in `Array.prototype.includes`; a list, which is copied, if it includes the ticket; a
   * RegExp by testing string tickets, without its flags `g` and `y`; a function by what it returns, and a type guard
   * narrows the result. A ticket that is itself a promise is resolved by the promise returned.
   *
   * @returns the ticket that matched
   * @throws {TypeError | RangeError} a bad argument, naming it; the promise form rejects with it
   * @throws {TimeoutError} if there was no match within `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @throws what the condition function throws
   * @example
   * ```ts
   * import { Barrier } from '@valvekit/barrier';
   *
   * const progress = new Barrier(0);
   * const half = progress.wait((percent) => percent >= 50, { timeout: 1000 });
   * progress.set(60);
   * console.log(await half); // → 60
   * ```
   */
  wait<S extends T>(condition: (ticket: T) => ticket is S, options?: GiveUpOptions): Promise<S>;
  wait(condition: RegExp | ((ticket: T) => boolean), options?: GiveUpOptions): Promise<T>;
  wait<const S extends T & Scalar>(condition: S | readonly S[], options?: GiveUpOptions): Promise<S>;
  wait(condition: Condition<T>, options?: GiveUpOptions): Promise<T>;
  /**
   * Waits until the ticket satisfies the condition, then calls `callback` with the barrier as `this` and the ticket that
   * matched, or with an error if the wait ended without a match. The callback runs before this call returns if the
   * ticket matches already, otherwise inside the `set` that ends the wait.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  wait(condition: Condition<T>, callback: BarrierCallback<T, this>, timeout?: number | GiveUpOptions): void;
  // One body for all forms.
  wait(
    condition: Condition<T>,
    callbackOrOptions?: BarrierCallback<T, this> | GiveUpOptions,
    timeout?: number | GiveUpOptions,
  ): Promise<T> | undefined {
    const verb = WAIT as unknown as AskingVerb<Condition<T>, Wish<T>>;
    return bothForms(this.#line, verb, condition, callbackOrOptions, timeout);
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`.
   *
   * @example
   * ```ts
   * import { Barrier } from '@valvekit/barrier';
   *
   * const state = new Barrier('starting');
   * const wait = state.wait('ready').catch((error) => error.message);
   * state.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
    deliver();
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'Barrier' : 'Object';
  }

  /** @internal */
  [inspection](depth: number | null, options: object, inspect: Inspect): string {
    // A ticket may lead back here, and each view begins anew: nothing but the depth ends that.
    const limited = { ...options, depth: Math.min(depth ?? DEEPEST, DEEPEST) };
    return view(label(this), { ticket: this.get(), waiting: this.waiting }, limited, inspect);
  }
}

/** Creates a `Barrier`; the arguments are those of its constructor. */
export function createBarrier<T = unknown>(...args: BarrierArguments<T>): Barrier<T> {
  return new Barrier<T>(...args);
}
