import { requireFunction } from './arguments.ts';
import { granted } from './callback.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import type { Guard } from './guard.ts';
import { readWaitOptions, type Terms, type WaitOptions } from './options.ts';
import { adopt, react } from './thenable.ts';
import { PromiseWaiter } from './waiter.ts';
import type { WaiterQueue } from './waiter-queue.ts';
import { withResolvers } from './with-resolvers.ts';

/** What can be held by a guard: the scoped layer, the same on every lock. */
export interface Lockable<G extends Guard = Guard> {
  /** Waits for a hold and resolves to its guard. */
  acquire(options?: WaitOptions): Promise<G>;
  /** Takes a hold if it is to be had at once. */
  tryAcquire(): G | undefined;
  /** Runs `fn` under a hold, which is given back however `fn` ends. */
  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>>;
}

/** A lock that says how many wait for it. */
interface Waitable {
  readonly waiting: number;
}

/** What makes the guard of a request that has been granted. */
export type GuardOf<Owner, Request, G extends Guard> = new (queue: WaiterQueue<Owner, Request>, request: Request) => G;

/**
 * `acquire` for every lock. Bad arguments reject it.
 *
 * @param GuardClass - `Hold`, or a class of your own
 * @param requestOf - what is asked for, by the options
 */
export function acquire<Owner, Request, Options extends WaitOptions, G extends Guard>(
  queue: WaiterQueue<Owner, Request>,
  GuardClass: GuardOf<Owner, Request, G>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  options: Options | undefined,
): Promise<G> {
  try {
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    if (queue.ask(request, terms, operation) !== undefined) return Promise.resolve(new GuardClass(queue, request));
    const { promise, resolve, reject } = withResolvers<G>();
    const onGrant = (): void => resolve(new GuardClass(queue, request));
    queue.join(new PromiseWaiter(request, onGrant, reject), terms, operation);
    return promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * `sandbox` for every lock. Bad arguments reject it.
 *
 * Whoever lets a waiting `fn` in also runs it and settles its promise, so that a queued sandbox costs one promise and no
 * async function.
 *
 * @param requestOf - what is asked for, by the options
 */
export function sandbox<Owner extends Waitable, Request, Options extends WaitOptions, R>(
  queue: WaiterQueue<Owner, Request>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  fn: () => R | PromiseLike<R>,
  options: Options | undefined,
): Promise<Awaited<R>> {
  try {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    const isGranted = queue.ask(request, terms, operation) !== undefined;
    const outcome = isGranted ? runNow(queue, request, fn) : runInTurn(queue, request, fn, terms, operation);
    return outcome as Promise<Awaited<R>>;
  } catch (error) {
    return Promise.reject(error);
  }
}

// To await a promise of fn's by one of our own, as those who wait need it, would take a quarter more (bench W2).
function runNow<Owner extends Waitable, Request>(
  queue: WaiterQueue<Owner, Request>,
  request: Request,
  fn: () => unknown,
): Promise<unknown> {
  let outcome: Promise<unknown>;
  try {
    const result = fn();
    const promise = adopt(result);
    if (promise !== undefined) return thenGiveBack(promise, queue, request);
    outcome = Promise.resolve(result);
  } catch (error) {
    queue.giveBack(request);
    throw error;
  }
  queue.giveBack(request);
  return outcome;
}

function thenGiveBack<Owner extends Waitable, Request>(
  promise: Promise<unknown>,
  queue: WaiterQueue<Owner, Request>,
  request: Request,
): Promise<unknown> {
  return react(
    promise,
    (value) => {
      giveBackSettled(queue, request);
      return value;
    },
    (error) => {
      giveBackSettled(queue, request);
      throw error;
    },
  );
}

// Whoever is let in may settle its own promise at once. To those who wait that must not come before ours, which settles
// when the function that calls this one has returned. (A microtask by name might be one of a fake clock's.)
function giveBackSettled<Owner extends Waitable, Request>(queue: WaiterQueue<Owner, Request>, request: Request): void {
  if (queue.owner.waiting === 0) queue.giveBack(request);
  else void granted.then(() => queue.giveBack(request));
}

function runInTurn<Owner, Request>(
  queue: WaiterQueue<Owner, Request>,
  request: Request,
  fn: () => unknown,
  terms: Terms,
  operation: string,
): Promise<unknown> {
  const { promise, resolve, reject } = withResolvers<unknown>();
  queue.join(new SandboxWaiter(request, queue, fn, resolve, reject), terms, operation);
  return promise;
}

class SandboxWaiter<Owner, Request> extends DeferredWaiter<Request> {
  readonly #queue: WaiterQueue<Owner, Request>;
  readonly #fn: () => unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    request: Request,
    queue: WaiterQueue<Owner, Request>,
    fn: () => unknown,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(request);
    this.#queue = queue;
    this.#fn = fn;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  protected override onGrant(): void {
    this.post();
  }

  protected override onGiveUp(reason: unknown): void {
    this.#reject(reason);
  }

  // The outcome is told before the hold is given back, for the reason given above.
  protected override tell(): void {
    let result: unknown;
    try {
      result = this.#fn();
      const promise = adopt(result);
      if (promise !== undefined) {
        void react(
          promise,
          (value) => this.#succeed(value),
          (error) => this.#fail(error),
        );
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#succeed(result);
  }

  #succeed(value: unknown): void {
    this.#resolve(value);
    this.#queue.giveBack(this.request);
  }

  #fail(error: unknown): void {
    this.#reject(error);
    this.#queue.giveBack(this.request);
  }
}
