import { requireFunction } from './arguments.ts';
import { Delivery } from './delivery.ts';
import type { Guard } from './guard.ts';
import type { WaitOptions } from './options.ts';
import { follow } from './thenable.ts';
import type { Entry } from './waiter.ts';

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
 * `sandbox` for every lock. Whoever lets a waiting `fn` in also runs it and settles its promise, so that a queued
 * sandbox costs one promise and no async function.
 *
 * @param entry - asks for the hold and hands over its guard
 */
export function sandbox<R>(entry: Entry<Guard>, fn: () => R | PromiseLike<R>): Promise<Awaited<R>> {
  return new Promise((resolve, reject) => {
    requireFunction('fn', fn);
    const delivery = new Delivery((guard: Guard) => runUnder(guard, fn, resolve as (value: unknown) => void, reject));
    const waiter = entry((guard) => delivery.tell(guard), reject);
    if (waiter !== undefined) delivery.defer();
  });
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
