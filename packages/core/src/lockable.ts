import { requireFunction } from './arguments.ts';
import { granted } from './callback.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import type { Guard } from './guard.ts';
import { readWaitOptions, type Terms, type WaitOptions } from './options.ts';
import { adopt } from './thenable.ts';
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

/**
 * `acquire` for every lock. Bad arguments reject it.
 *
 * @param requestOf - what is asked for, by the options
 */
export function acquire<Owner, Request, Options extends WaitOptions, G extends Guard>(
  queue: WaiterQueue<Owner, Request, G>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  options: Options | undefined,
): Promise<G> {
  try {
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    const guard = queue.askGuard(request, terms, operation);
    return guard === undefined ? waitForGuard(queue, request, terms, operation) : Promise.resolve(guard);
  } catch (error) {
    return Promise.reject(error);
  }
}

function waitForGuard<Owner, Request, G extends Guard>(
  queue: WaiterQueue<Owner, Request, G>,
  request: Request,
  terms: Terms,
  operation: string,
): Promise<G> {
  const { promise, resolve, reject } = withResolvers<G>();
  queue.join(new PromiseWaiter(request, () => resolve(queue.guard(request)), reject), terms, operation);
  return promise;
}

/**
 * `sandbox` for every lock. Bad arguments reject it.
 *
 * Whoever lets a waiting `fn` in also runs it and settles its promise, so that a queued sandbox costs one promise and no
 * async function.
 *
 * @param requestOf - what is asked for, by the options
 */
export function sandbox<Owner, Request, Options extends WaitOptions, G extends Guard, R>(
  queue: WaiterQueue<Owner, Request, G>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  fn: () => R | PromiseLike<R>,
  options: Options | undefined,
): Promise<Awaited<R>> {
  try {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    const guard = queue.askGuard(request, terms, operation);
    const outcome = guard === undefined ? runInTurn(queue, request, fn, terms, operation) : runNow(queue, guard, fn);
    return outcome as Promise<Awaited<R>>;
  } catch (error) {
    return Promise.reject(error);
  }
}

// To await a promise of fn's by one of our own, as those who wait need it, would take a quarter more (bench W2).
function runNow<Owner, Request>(
  queue: WaiterQueue<Owner, Request, Guard>,
  guard: Guard,
  fn: () => unknown,
): Promise<unknown> {
  let outcome: Promise<unknown>;
  try {
    const result = fn();
    const promise = adopt(result);
    if (promise !== undefined) return thenRelease(promise, queue, guard);
    outcome = Promise.resolve(result);
  } catch (error) {
    guard.release();
    throw error;
  }
  guard.release();
  return outcome;
}

function thenRelease<Owner, Request>(
  promise: Promise<unknown>,
  queue: WaiterQueue<Owner, Request, Guard>,
  guard: Guard,
): Promise<unknown> {
  return promise.then(
    (value) => {
      releaseSettled(queue, guard);
      return value;
    },
    (error) => {
      releaseSettled(queue, guard);
      throw error;
    },
  );
}

// Whoever is let in may settle its own promise at once. To those in our line that must not come before ours, which
// settles when the function that calls this one has returned. (A microtask by name might be one of a fake clock's.)
function releaseSettled<Owner, Request>(queue: WaiterQueue<Owner, Request, Guard>, guard: Guard): void {
  if (queue.size === 0) guard.release();
  else void granted.then(() => guard.release());
}

function runInTurn<Owner, Request>(
  queue: WaiterQueue<Owner, Request, Guard>,
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
  readonly #queue: WaiterQueue<Owner, Request, Guard>;
  readonly #fn: () => unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #guard: Guard | undefined;

  constructor(
    request: Request,
    queue: WaiterQueue<Owner, Request, Guard>,
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
    this.#guard = this.#queue.guard(this.request);
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
        void promise.then(
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
    (this.#guard as Guard).release();
  }

  #fail(error: unknown): void {
    this.#reject(error);
    (this.#guard as Guard).release();
  }
}
