import {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  type PermitOptions,
} from '@valvekit/core';
import {
  type AskingVerb,
  acquire,
  admit,
  bothForms,
  checkedCapacity,
  checkedPermits,
  type Entrance,
  entrance,
  type GuardVerb,
  giveBack,
  granted,
  Hold,
  type Inspect,
  inspection,
  label,
  readName,
  refuseImpossible,
  requireCount,
  requireFunction,
  sandbox,
  tryAcquire,
  verb,
  view,
  WaiterQueue,
} from '@valvekit/core/line';

/** A request is the number of permits that it asks for. */
type Verb = AskingVerb<Semaphore, number, PermitOptions>;

const TAKE: Verb = verb('take', permitsOf, true);
const ACQUIRE: GuardVerb<Semaphore, number, PermitOptions, Guard> = { ...verb('acquire', permitsOf), Guard: Hold };
const SANDBOX: Verb = verb('sandbox', permitsOf);

/**
 * A set of permits that many can hold, but never more than `capacity` of them at a time.
 *
 * Use a `Mutex` if the capacity is always 1: it is smaller and says more.
 *
 * Order: first come, first served, higher priorities first. A request for several permits gets all or none, in its
 * turn; smaller ones behind it wait, so it cannot starve.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately, leaves nothing behind,
 * and grants the waiters behind it that can proceed.
 *
 * It is Dijkstra's counting semaphore (1965) with FIFO hand-off, weighted as Go's `x/sync/semaphore`; unlike most, it
 * counts what was taken, so that a release beyond that is an error.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@valvekit/semaphore';
 *
 * const connections = new Semaphore(5);
 * const page = await connections.sandbox(async () => 'the answer');
 * ```
 */
export class Semaphore implements Lockable<Guard, PermitOptions> {
  #capacity: number;
  #taken = 0;
  readonly #name: string | undefined;
  readonly #line: WaiterQueue<number> = new WaiterQueue<number>(this);

  /**
   * A set of permits that many can hold, but never more than `capacity` of them at a time.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @param options - `name`: shown in error messages and in diagnostics
   * @throws {TypeError | RangeError} if either is anything else
   */
  constructor(capacity = 1, options?: NameOptions) {
    this.#capacity = checkedCapacity(capacity);
    this.#name = readName(options);
  }

  /**
   * Waits for its turn and takes permits. Give them back with `release()`.
   *
   * @throws {TypeError | RangeError} a bad argument, or more permits than the capacity; the promise form rejects with it
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
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
   * Takes permits, then calls `callback` with the semaphore as `this`, or with an error if the wait ended without them.
   * The callback runs before this call returns if the permits are free, otherwise inside the call that grants them.
   *
   * @param timeout - milliseconds to wait at most, or options
   */
  take(callback: Callback<this>, timeout?: number | PermitOptions): void;
  // One body for both forms.
  take(
    callbackOrOptions?: Callback<this> | PermitOptions,
    timeout?: number | PermitOptions,
  ): Promise<void> | undefined {
    if (callbackOrOptions === undefined && timeout === undefined && this.#line.admitNow(1, TAKE)) return granted;
    return bothForms(this.#line, TAKE, this, callbackOrOptions, timeout);
  }

  /**
   * Takes permits if they are free and no request of priority 0 or higher is waiting.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer from 1 to the capacity
   */
  tryTake(permits = 1): boolean {
    return this.#line.tryAdmit(checkedPermits(permits, this.#capacity), TAKE);
  }

  /**
   * Gives back permits that `take()` or `tryTake()` took, to the waiters that are next.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer of at least 1
   * @throws {InvalidStateError} if that is more than they took; then none is given back
   */
  release(permits = 1): void {
    requireCount('permits', permits, 1);
    if (this.#line.giveBackBare(permits)) return;
    const { bare } = this.#line;
    const guarded = this.#taken - bare;
    const others = guarded === 0 ? '' : `; ${guarded} more are held by guards or sandboxes`;
    throw new InvalidStateError(`${label(this)}: release(${permits}), but only ${bare} were taken${others}`);
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How many permits are free; negative while more are held than a lowered capacity allows. */
  get available(): number {
    return this.#capacity - this.#taken;
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
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const workers = new Semaphore(4);
   * workers.capacity = 0; // pause
   * workers.capacity = 8; // go on, with more
   * ```
   */
  get capacity(): number {
    return this.#capacity;
  }

  set capacity(capacity: number) {
    this.#capacity = checkedCapacity(capacity);
    refuseImpossible(this.#line, this.#capacity);
    this.#line.moveUp();
  }

  /** The number of waiters. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for its turn and takes permits. Resolves to a guard that releases them.
   *
   * Order: first come, first served, higher priorities first; all permits or none, so smaller requests wait behind it.
   * Cancellation: a timeout, an aborted signal or `cancel()` ends the wait, and leaves nothing behind.
   *
   * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if the wait took longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
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
    return acquire(this.#line, ACQUIRE, this, options);
  }

  /**
   * Takes permits if they are free and no request of priority 0 or higher is waiting.
   *
   * @throws {TypeError | RangeError} if `permits` is no integer from 1 to the capacity
   */
  tryAcquire(permits = 1): Guard | undefined {
    return tryAcquire(this.#line, ACQUIRE, checkedPermits(permits, this.#capacity));
  }

  /**
   * Runs `fn` under permits, and releases them when `fn` has returned, thrown, or settled its promise.
   *
   * It starts `fn` before it returns if the permits are free; if `fn` returns no promise, they are free again by then. A
   * `fn` that has to wait runs inside the call that grants it, in the async context of its own caller.
   * Order, cancellation, errors of the wait: as `acquire`.
   *
   * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquire` does
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const connections = new Semaphore(5);
   * const page = await connections.sandbox(async () => 'the page', { timeout: 1000 });
   * ```
   */
  sandbox<R>(fn: () => R, options?: PermitOptions): Promise<Awaited<R>> {
    return sandbox(this.#line, SANDBOX, this, fn, options);
  }

  /**
   * Makes a function that is `fn` under a permit: however often it is called, no more than `capacity` run at a time.
   * `this` and the arguments are passed on.
   *
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const read = new Semaphore(2).wrap(async (name: string) => `the text of ${name}`);
   * const texts = await Promise.all(['a', 'b', 'c'].map((name) => read(name)));
   * ```
   */
  wrap<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => Promise<Awaited<R>> {
    requireFunction('fn', fn);
    const run = (self: unknown, args: A): Promise<Awaited<R>> => this.sandbox(() => fn.apply(self, args));
    return function wrapped(this: unknown, ...args: A) {
      return run(this, args);
    };
  }

  /**
   * Ends every wait with `reason`, or with an `AbortError`. Holders keep their permits.
   *
   * @example
   * ```ts
   * import { Semaphore } from '@valvekit/semaphore';
   *
   * const semaphore = new Semaphore(0);
   * const wait = semaphore.take().catch((error) => error.message);
   * semaphore.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    this.#line.cancelAll(reason);
  }

  /** @internal */
  [entrance](options?: PermitOptions): Entrance<number> {
    const permits = permitsOf(this, options);
    return { line: this.#line, request: permits, permits, verb: SANDBOX };
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'Semaphore' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    const { available, capacity, waiting } = this;
    return view(label(this), { available, capacity, waiting }, options, inspect);
  }

  /** @internal */
  [admit](permits: number): boolean {
    if (permits > this.#capacity - this.#taken) return false;
    this.#taken += permits;
    return true;
  }

  /** @internal */
  [giveBack](permits: number): void {
    this.#taken -= permits;
  }
}

/**
 * Creates a `Semaphore`.
 *
 * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`; default 1
 * @param options - `name`: shown in error messages and in diagnostics
 */
export function createSemaphore(capacity?: number, options?: NameOptions): Semaphore {
  return new Semaphore(capacity, options);
}

function permitsOf({ capacity }: Semaphore, options: PermitOptions | undefined): number {
  const { permits = 1 } = options ?? {};
  return checkedPermits(permits, capacity);
}
