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
  mustBe,
  requireCount,
  requireFunction,
  sandbox,
  view,
  WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';
import { mapUnderPermits } from './map.ts';

/** What is asked for, and whether a guard or a sandbox asks. */
interface Request {
  readonly permits: number;
  readonly isGuarded: boolean;
}

const ONE: Request = { permits: 1, isGuarded: false };
const GUARDED_ONE: Request = { permits: 1, isGuarded: true };

/** How long to wait, and for how many permits. */
export interface PermitOptions extends WaitOptions {
  /** How many permits to take together, an integer of at least 1; default 1. */
  permits?: number | undefined;
}

/**
 * A set of permits that many can hold, but never more than `capacity` of them at a time.
 *
 * Use a `Mutex` if the capacity is always 1: it is smaller and says more.
 *
 * Order: first come, first served, higher priorities first. A take of several permits gets them all or none, in its
 * turn: smaller ones behind it wait, so it cannot starve.
 * Giving up: a time-out, an abort or `cancel()` takes the waiter out of the line at once, leaves nothing behind, and
 * lets in those whom it held back.
 *
 * It is Dijkstra's counting semaphore (1965) with FIFO hand-off, weighted as Go's `x/sync/semaphore`; unlike most, it
 * counts what was taken, so that nobody can release more than that.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@valvekit/semaphore';
 *
 * const connections = new Semaphore(5);
 * const page = await connections.sandbox(async () => 'the answer');
 * ```
 */
export class Semaphore implements Lockable {
  #capacity: number;
  #taken = 0;
  // Of these, those that guards and sandboxes do not hold.
  #bare = 0;
  readonly #queue: WaiterQueue<Semaphore, Request> = new WaiterQueue<Semaphore, Request>(
    this,
    this.#admit,
    this.#giveBack,
  );

  /**
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} if it is anything else
   */
  constructor(capacity = 1) {
    this.#capacity = checkedCapacity(capacity);
  }

  /**
   * Takes permits, waiting for its turn. Give them back with `release()`.
   *
   * @throws {TypeError | RangeError} a bad argument, or more permits than the capacity; the promise form rejects with it
   * @throws {TimeoutError} if the permits were not to be had within `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const semaphore = new Semaphore(3);
   * await semaphore.take({ permits: 2 });
   * try {
   *   // two of the three are ours
   * } finally {
   *   semaphore.release(2);
   * }
   * ```
   */
  take(options?: PermitOptions): Promise<void>;
  /**
   * Takes permits, then calls `callback` with the semaphore as `this`; with an error if it gave up instead. The
   * callback runs before this call returns if the permits are free, otherwise inside the call that lets it in.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  take(callback: Callback<this>, timeout?: number | PermitOptions): void;
  // One body for both forms.
  take(callbackOrOptions?: Callback<this> | PermitOptions, limit?: number | PermitOptions): Promise<void> | undefined {
    if (callbackOrOptions === undefined && limit === undefined && this.#queue.admitNow(ONE)) return granted;
    return bothForms(
      this.#queue,
      (options?: PermitOptions) => this.#request(ONE, options?.permits),
      'Semaphore.take',
      this,
      callbackOrOptions,
      limit,
    );
  }

  /**
   * Takes permits if they are to be had at once and nobody waits for their turn.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer from 1 to the capacity
   */
  tryTake(permits = 1): boolean {
    return this.#queue.tryAdmit(this.#request(ONE, permits));
  }

  /**
   * Gives back permits that `take()` or `tryTake()` took; lets in those who are next.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer of at least 1
   * @throws {InvalidStateError} if that is more than was taken; then none is given back
   */
  release(permits = 1): void {
    requireCount('permits', permits, 1);
    if (permits > this.#bare) {
      const guarded = this.#taken - this.#bare;
      const others = guarded === 0 ? '' : `; ${guarded} more are held by guards or sandboxes`;
      throw new InvalidStateError(`Semaphore.release(${permits}), but only ${this.#bare} were taken${others}`);
    }
    this.#taken -= permits;
    this.#bare -= permits;
    this.#moveUp();
  }

  /** How many permits are free; negative while more are held than a lowered capacity allows. */
  get available(): number {
    return this.#capacity - this.#taken;
  }

  /**
   * How many permits there are. Raising it lets waiters in at once; lowering it takes effect as permits come back, and
   * rejects with a `RangeError` who waits for more than there will be. 0 is a pause: whoever asks waits until it is
   * raised.
   */
  get capacity(): number {
    return this.#capacity;
  }

  set capacity(capacity: number) {
    this.#capacity = checkedCapacity(capacity);
    for (const waiter of this.#queue) {
      const { permits } = waiter.request;
      if (this.#canNeverHave(permits)) this.#queue.giveUp(waiter, this.#tooMany(permits));
    }
    this.#moveUp();
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Takes permits, waiting for its turn, and resolves to a guard that gives them back. Rejects as `take()` does.
   *
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const semaphore = new Semaphore(5);
   * {
   *   using guard = await semaphore.acquire({ permits: 2 });
   * }
   * ```
   */
  acquire(options?: PermitOptions): Promise<Guard> {
    return acquire(
      this.#queue,
      Hold,
      (options?: PermitOptions) => this.#request(GUARDED_ONE, options?.permits),
      'Semaphore.acquire',
      options,
    );
  }

  /**
   * Takes permits if they are to be had at once and nobody waits for their turn.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer from 1 to the capacity
   */
  tryAcquire(permits = 1): Guard | undefined {
    const request = this.#request(GUARDED_ONE, permits);
    return this.#queue.tryAdmit(request) ? new Hold(this.#queue, request) : undefined;
  }

  /**
   * Runs `fn` under permits, and gives them back when it has ended: returned, thrown, or settled its promise.
   *
   * It starts `fn` before it returns if the permits are free; if `fn` then gives no promise, they are free again too.
   * A waiting `fn` runs inside the call that lets it in, in the async context of its own caller.
   *
   * @returns what `fn` gives; it rejects with what `fn` throws, and as `take()` does
   */
  sandbox<R>(fn: () => R | PromiseLike<R>, options?: PermitOptions): Promise<Awaited<R>> {
    return sandbox(
      this.#queue,
      (options?: PermitOptions) => this.#request(GUARDED_ONE, options?.permits),
      'Semaphore.sandbox',
      fn,
      options,
    );
  }

  /**
   * Makes a function that is `fn` under a permit: however often it is called, no more than `capacity` run at a time.
   *
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const read = new Semaphore(2).wrap(async (name: string) => `the text of ${name}`);
   * const texts = await Promise.all(['a', 'b', 'c'].map((name) => read(name)));
   * ```
   */
  wrap<A extends unknown[], R>(fn: (...args: A) => R | PromiseLike<R>): (...args: A) => Promise<Awaited<R>> {
    requireFunction('fn', fn);
    const run = (self: unknown, args: A): Promise<Awaited<R>> => this.sandbox(() => fn.apply(self, args));
    return function wrapped(this: unknown, ...args: A) {
      return run(this, args);
    };
  }

  /**
   * Runs `fn` on each item of `source`, each under a permit, and resolves to the results in the order of the items.
   * Items are pulled only as permits come free.
   *
   * The first failure, of `fn`, of the source, or of a wait for a permit, rejects at once: no more items are pulled, the
   * source is closed, and calls of `fn` that are under way end on their own.
   *
   * @param options - for each wait for a permit; the last of them is for an item that turns out not to be there. An abort
   *   counts when an item is to be started
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const squares = await new Semaphore(10).map([1, 2, 3], async (n) => n * n);
   * ```
   */
  map<T, R>(
    source: Iterable<T> | AsyncIterable<T>,
    fn: (item: T, index: number) => R | PromiseLike<R>,
    options?: WaitOptions,
  ): Promise<Awaited<R>[]> {
    return mapUnderPermits(this.#queue, GUARDED_ONE, source, fn, options);
  }

  /**
   * Gives up everybody who waits, with `reason` or else an `AbortError`. Who holds permits keeps them.
   */
  cancel(reason: unknown = new AbortError('Semaphore.cancel() gave up all who waited')): void {
    this.#queue.cancelAll(reason);
    deliver();
  }

  get [Symbol.toStringTag](): string {
    return 'Semaphore';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    const { available, capacity, waiting } = this;
    return view('Semaphore', { available, capacity, waiting }, options, inspect);
  }

  #admit({ permits, isGuarded }: Request): boolean {
    if (permits > this.#capacity - this.#taken) return false;
    this.#taken += permits;
    if (!isGuarded) this.#bare += permits;
    return true;
  }

  #giveBack({ permits }: Request): void {
    this.#taken -= permits;
    this.#moveUp();
  }

  #moveUp(): void {
    this.#queue.drain();
    deliver();
  }

  #request(one: Request, permits = 1): Request {
    if (permits === 1) return one;
    requireCount('permits', permits, 1);
    if (this.#canNeverHave(permits)) throw this.#tooMany(permits);
    return { ...one, permits };
  }

  #canNeverHave(permits: number): boolean {
    return permits > this.#capacity && this.#capacity > 0;
  }

  #tooMany(permits: number): RangeError {
    return new RangeError(mustBe('permits', `at most the capacity, ${this.#capacity}`, permits));
  }
}

/**
 * Makes a `Semaphore`.
 *
 * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`; default 1
 */
export function createSemaphore(capacity?: number): Semaphore {
  return new Semaphore(capacity);
}

function checkedCapacity(capacity: number): number {
  if (capacity !== Number.POSITIVE_INFINITY) requireCount('capacity', capacity, 0);
  return capacity + 0; // -0 is 0
}
