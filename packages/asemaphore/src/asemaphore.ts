import {
  AbortError,
  adopt,
  type Inspect,
  InvalidStateError,
  inspection,
  mustBe,
  PromiseWaiter,
  react,
  readWaitOptions,
  report,
  requireCount,
  requireFunction,
  view,
  WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

const WAIT = 'ASemaphore.wait';

/** What an `ASemaphore` calls at zero, with the arguments of the `p()` that got there. */
export type Fire = (this: ASemaphore, ...args: unknown[]) => void;

/**
 * The asynchronous semaphore: counts unfinished operations, and calls a function each time the count comes back to
 * zero. Elsewhere it is called a wait group or a countdown.
 *
 * Use `Promise.all` if all operations are promises that you have at once.
 *
 * Order: at zero, all who `wait()` are let go in the order they came, then the function is called, inside the `p()`
 * that brought the count to zero.
 * Giving up: a time-out, an abort or `cancel()` ends a wait at once, leaves nothing behind, and changes no count.
 *
 * It is Go's `sync.WaitGroup` with a function to call; unlike there, counting below zero changes nothing.
 *
 * @example
 * ```ts
 * import { ASemaphore } from '@valvekit/asemaphore';
 *
 * const jobs = [(done: () => void) => setTimeout(done, 10), (done: () => void) => setTimeout(done, 20)];
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
  #count: number;
  readonly #fire: Fire | undefined;
  #isFiring = false;
  readonly #postponed: unknown[][] = [];
  readonly #queue: WaiterQueue<ASemaphore> = new WaiterQueue<ASemaphore>(this, this.#admit);

  /**
   * @param fire - called each time the count comes to zero
   */
  constructor(fire?: Fire);
  /**
   * @param count - where the count starts: an integer of at least 0. Starting at zero fires nothing
   * @param fire - called each time the count comes to zero
   * @throws {TypeError | RangeError} if either is anything else
   */
  constructor(count: number, fire?: Fire);
  constructor(countOrFire?: number | Fire, fire?: Fire) {
    const isFireFirst = typeof countOrFire === 'function';
    const count = isFireFirst || countOrFire === undefined ? 0 : countOrFire;
    const fireAtZero = isFireFirst ? countOrFire : fire;
    requireCount('count', count, 0);
    if (isFireFirst && fire !== undefined) throw new TypeError(mustBe('count', 'a number', countOrFire));
    if (fireAtZero !== undefined) requireFunction('fire', fireAtZero);
    this.#count = count + 0; // -0 is 0
    this.#fire = fireAtZero;
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
    const most = Number.MAX_SAFE_INTEGER - this.#count;
    if (n > most) throw new RangeError(mustBe('n', `at most ${most}, so that the count stays exact`, n));
    this.#count += n;
    return this.#count;
  }

  /**
   * Counts down: one operation is done. At zero it lets go who waits, then calls the function.
   *
   * Counting to zero again inside the function calls it again after it has returned, never nested.
   *
   * @param args - what the function is called with, if this brings the count to zero
   * @returns the new count: 0 at zero, whatever the function does then
   * @throws {InvalidStateError} if the count is zero already
   * @throws what the function throws; a call that was postponed to the end of another reports it as uncaught instead
   */
  p(...args: unknown[]): number {
    if (this.#count === 0) throw new InvalidStateError('ASemaphore.p() at zero: every p() needs a v() before it');
    this.#count--;
    if (this.#count > 0) return this.#count;
    this.#queue.drain();
    this.#callFire(args);
    return 0;
  }

  /**
   * Counts up now, and makes a callback that counts down once it has run `callback`, even if that throws.
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
    const passFailureOn = (): number => this.p();
    const reportFailure = (): void => this.#countDown();
    return function wrapped(this: unknown, ...args: A): void {
      try {
        callback.apply(this, args);
      } catch (error) {
        once(reportFailure);
        throw error;
      }
      once(passFailureOn);
    };
  }

  /**
   * Counts up now, and down when `promise` settles, however that is. Its outcome is passed on; what the function at
   * zero throws is reported as uncaught, and does not change it.
   *
   * @returns a promise of the same outcome
   */
  track<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Counted last, since reading `then` may throw, or run code of a user's that counts too.
      let isCounted = false;
      const countDown = (): void => {
        if (isCounted) this.#countDown();
      };
      const adopted = adopt(promise);
      if (adopted === undefined) throw new TypeError(mustBe('promise', 'a promise', promise));
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
   * Waits until the count is zero; not at all if it is.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if the count was not zero within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   */
  wait(options?: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      // All go at once, so that there is no rank.
      const terms = { ...readWaitOptions(options), priority: 0 };
      if (this.#queue.ask(undefined, terms, WAIT) !== undefined) resolve();
      else this.#queue.join(new PromiseWaiter(undefined, resolve, reject), terms, WAIT);
    });
  }

  /** How many operations are unfinished. */
  get count(): number {
    return this.#count;
  }

  /** How many wait for zero. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Gives up everybody who waits, with `reason` or else an `AbortError`. The count stays. */
  cancel(reason: unknown = new AbortError('ASemaphore.cancel() gave up all who waited')): void {
    this.#queue.cancelAll(reason);
  }

  get [Symbol.toStringTag](): string {
    return 'ASemaphore';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('ASemaphore', { count: this.count, waiting: this.waiting }, options, inspect);
  }

  #admit(): boolean {
    return this.#count === 0;
  }

  #callFire(args: unknown[]): void {
    if (this.#fire === undefined) return;
    if (this.#isFiring) {
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
    for (const args of this.#postponed) {
      try {
        fire.apply(this, args);
      } catch (error) {
        report(error);
      }
    }
    this.#postponed.length = 0;
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

/** Makes an `ASemaphore`; the arguments are those of its constructor. */
export function createASemaphore(...args: [fire?: Fire] | [count: number, fire?: Fire]): ASemaphore {
  return new ASemaphore(...(args as [count: number, fire?: Fire]));
}
