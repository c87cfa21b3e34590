import { AbortError, type GiveUpOptions, InvalidStateError, type NameOptions } from '@valvekit/core';
import {
  type AskingVerb,
  adopt,
  type Inspect,
  inspection,
  label,
  mismatch,
  promiseForm,
  react,
  readGiveUpOptions,
  readName,
  report,
  requireCount,
  requireFunction,
  view,
} from '@valvekit/core/line';
import { ZeroLine } from './zero-line.ts';

const WAIT: AskingVerb<unknown, void> = {
  name: 'wait',
  rank: 0,
  isBare: false,
  terms: readGiveUpOptions,
  request: () => undefined,
};

/** The function that an `ASemaphore` calls at zero, with the arguments of the `p()` that brought the count there. */
export type Fire = (this: ASemaphore, ...args: unknown[]) => void;

/** The arguments of the constructor. */
export type ASemaphoreArguments =
  | [fire?: Fire | undefined, options?: NameOptions | undefined]
  | [count?: number | undefined, fire?: Fire | undefined, options?: NameOptions | undefined];

/**
 * The asynchronous semaphore: counts unfinished operations, and calls a function each time the count comes back to
 * zero. Elsewhere it is called a wait group or a countdown latch.
 *
 * Use `Promise.all` if all operations are promises that you already have.
 *
 * Order: at zero, all waits end in order of arrival, then the function is called, inside the `p()` that brought the
 * count to zero.
 * Cancellation: a timeout, an abort or `cancel()` ends a wait immediately, leaves nothing behind, and changes no count.
 *
 * It is Go's `sync.WaitGroup` with a function to call; unlike there, counting below zero changes nothing.
 *
 * @example
 * ```ts
 * import { ASemaphore } from '@valvekit/asemaphore';
 *
 * const wait = (ms: number) => (done: () => void) => setTimeout(done, ms);
 * const jobs = [wait(10), wait(20)];
 * const all = new ASemaphore(() => console.log('all done'));
 *
 * all.v();
 * for (const job of jobs) {
 *   all.v();
 *   job(() => all.p());
 * }
 * all.p();
 * ```
 */
export class ASemaphore {
  readonly #fire: Fire | undefined;
  readonly #name: string | undefined;
  readonly #line: ZeroLine;
  #isFiring = false;
  // Made for the first postponed call.
  #postponed: unknown[][] | undefined;

  /**
   * Counts unfinished operations, and calls a function each time the count comes back to zero.
   *
   * @param fire - called each time the count comes to zero
   * @param options - `name`: shown in error messages and in diagnostics
   */
  constructor(fire?: Fire, options?: NameOptions);
  /**
   * Counts unfinished operations, and calls a function each time the count comes back to zero.
   *
   * @param count - where the count starts: an integer of at least 0. Starting at zero fires nothing
   * @param fire - called each time the count comes to zero
   * @param options - `name`: shown in error messages and in diagnostics
   * @throws {TypeError | RangeError} if one of them is anything else
   */
  constructor(count?: number, fire?: Fire, options?: NameOptions);
  constructor(first?: number | Fire, second?: Fire | NameOptions, third?: NameOptions) {
    const { count, fire, options } = inFull(first, second, third);
    requireCount('count', count, 0);
    if (fire !== undefined) requireFunction('fire', fire);
    this.#name = readName(options);
    this.#fire = fire;
    this.#line = new ZeroLine(this, count + 0); // -0 is 0
  }

  /**
   * Counts up: `n` more operations to wait for.
   *
   * @param n - an integer of at least 1
   * @returns the new count
   * @throws {TypeError | RangeError} if `n` is anything else, or the count would leave the safe integers
   */
  v(n = 1): number {
    requireCount('n', n, 1);
    const line = this.#line;
    const most = Number.MAX_SAFE_INTEGER - line.count;
    if (n > most) throw new RangeError(mismatch('n', `at most ${most}, so that the count stays exact`, n));
    line.count += n;
    return line.count;
  }

  /**
   * Counts down: one operation is done. At zero it ends all waits, then calls the function.
   *
   * Counting to zero again inside the function calls it again after it has returned, never nested.
   *
   * @param args - what the function is called with, if this brings the count to zero
   * @returns the new count: 0 at zero, whatever the function does then
   * @throws {InvalidStateError} if the count is zero already
   * @throws what the function throws; a call that was postponed to the end of another reports it as uncaught instead
   */
  p(...args: unknown[]): number {
    const line = this.#line;
    if (line.count === 0) throw new InvalidStateError(`${label(this)}: p() at zero; every p() needs a v() before it`);
    line.count--;
    if (line.count > 0) return line.count;
    line.drain();
    this.#callFire(args);
    return 0;
  }

  /**
   * Counts up now, and makes a callback that counts down once it has run `callback`, even if that throws. If it returns a
   * promise, it counts down when that settles; a rejection is the process's to report.
   *
   * Called again, it runs `callback` again and counts nothing.
   *
   * @example
   * ```ts
   * import { ASemaphore } from '@valvekit/asemaphore';
   *
   * const all = new ASemaphore(() => console.log('both done'));
   * setTimeout(all.wrap(() => console.log('one')), 10);
   * setTimeout(all.wrap(() => console.log('two')), 20);
   * ```
   */
  wrap<A extends unknown[]>(callback: (...args: A) => unknown): (...args: A) => void {
    requireFunction('callback', callback);
    this.v();
    let isCounted = false;
    const once = (countDown: () => void): void => {
      if (isCounted) return;
      isCounted = true;
      countDown();
    };
    const passFailureOn = (): void => void this.p();
    const reportFailure = (): void => this.#countDown();
    return function wrapped(this: unknown, ...args: A): void {
      try {
        const promise = adopt(callback.apply(this, args));
        if (promise !== undefined) {
          const countDown = (): void => once(reportFailure);
          void react(promise, countDown, (error) => {
            countDown();
            throw error;
          });
          return;
        }
      } catch (error) {
        once(reportFailure);
        throw error;
      }
      once(passFailureOn);
    };
  }

  /**
   * Counts up now, and down when `promise` resolves or rejects. The promise returned has the same outcome; what the
   * function at zero throws is reported as uncaught, and does not change it.
   *
   * @returns a promise of the same outcome
   * @throws {TypeError} as a rejection, if it is no promise
   * @example
   * ```ts
   * import { ASemaphore } from '@valvekit/asemaphore';
   *
   * const all = new ASemaphore();
   * void all.track(Promise.resolve('one'));
   * void all.track(Promise.resolve('two'));
   * await all.wait();
   * ```
   */
  track<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Counted last, since reading `then` may throw, or run user code that counts too.
      let isCounted = false;
      const countDown = (): void => {
        if (isCounted) this.#countDown();
      };
      const adopted = adopt(promise);
      if (adopted === undefined) throw new TypeError(mismatch('promise', 'a promise', promise));
      void react(
        adopted,
        (value) => {
          resolve(value as T);
          countDown();
        },
        (error) => {
          reject(error);
          countDown();
        },
      );
      this.v();
      isCounted = true;
    });
  }

  /**
   * Waits until the count is zero. If it already is, the promise has resolved.
   *
   * @throws {TypeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if the count was not zero within `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { ASemaphore } from '@valvekit/asemaphore';
   *
   * const all = new ASemaphore(1);
   * setTimeout(() => all.p(), 10);
   * await all.wait();
   * console.log(all.count); // → 0
   * ```
   */
  wait(options?: GiveUpOptions): Promise<void> {
    return promiseForm(this.#line, WAIT, this, options);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The number of unfinished operations. */
  get count(): number {
    return this.#line.count;
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. The count does not change.
   *
   * @example
   * ```ts
   * import { ASemaphore } from '@valvekit/asemaphore';
   *
   * const all = new ASemaphore(1);
   * const wait = all.wait().catch((error) => error.message);
   * all.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'ASemaphore' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view(label(this), { count: this.count, waiting: this.waiting }, options, inspect);
  }

  #callFire(args: unknown[]): void {
    if (this.#fire === undefined) return;
    if (this.#isFiring) {
      this.#postponed ??= [];
      this.#postponed.push(args);
      return;
    }
    this.#isFiring = true;
    try {
      this.#fire(...args);
    } finally {
      this.#callPostponed(this.#fire);
      this.#isFiring = false;
    }
  }

  // The calls of p() that asked for these have returned long ago. More may come while they run.
  #callPostponed(fire: Fire): void {
    for (const args of this.#postponed ?? []) {
      try {
        fire.apply(this, args);
      } catch (error) {
        report(error);
      }
    }
    this.#postponed = undefined;
  }

  // p() for callers that have an outcome of their own to pass on.
  #countDown(): void {
    try {
      this.p();
    } catch (error) {
      report(error);
    }
  }
}

/** Creates an `ASemaphore`; the arguments are those of its constructor. */
export function createASemaphore(...args: ASemaphoreArguments): ASemaphore {
  return new ASemaphore(...(args as [count?: number, fire?: Fire, options?: NameOptions]));
}

// The count can be left out before a function and options. What stands in the wrong place is found by the checks.
function inFull(first: unknown, second: unknown, third: unknown) {
  const isFull =
    third !== undefined || typeof second === 'function' || (first !== undefined && typeof first !== 'function');
  const [count = 0, fire, options] = isFull ? [first, second, third] : [undefined, first, second];
  return { count, fire, options } as { count: number; fire: Fire | undefined; options: NameOptions | undefined };
}
