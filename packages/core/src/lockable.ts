import { requireFunction } from './arguments.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import type { Guard } from './guard.ts';
import { readWaitOptions, type WaitOptions } from './options.ts';
import { follow } from './thenable.ts';
import { PromiseWaiter } from './waiter.ts';
import type { WaiterQueue } from './waiter-queue.ts';

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
  return new Promise((resolve, reject) => {
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    if (queue.ask(request, terms, operation) !== undefined) resolve(queue.guard(request));
    else queue.join(new PromiseWaiter(request, () => resolve(queue.guard(request)), reject), terms, operation);
  });
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
  return new Promise((resolve, reject) => {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    const succeed = resolve as (value: unknown) => void;
    if (queue.ask(request, terms, operation) !== undefined) runUnder(queue.guard(request), fn, succeed, reject);
    else queue.join(new SandboxWaiter(request, queue, fn, succeed, reject), terms, operation);
  });
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

  protected override tell(): void {
    runUnder(this.#guard as Guard, this.#fn, this.#resolve, this.#reject);
  }
}

// Each outcome is told before the hold is given back: promise reactions run later anyway, and whoever is let in by
// the release may settle its own promise at once, which must not come first.
function runUnder(
  guard: Guard,
  fn: () => unknown,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  const succeed = (value: unknown): void => {
    resolve(value);
    guard.release();
  };
  const fail = (error: unknown): void => {
    reject(error);
    guard.release();
  };
  let result: unknown;
  try {
    result = fn();
    if (follow(result, succeed, fail)) return;
  } catch (error) {
    fail(error);
    return;
  }
  succeed(result);
}
