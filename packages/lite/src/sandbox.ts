import type { Guard } from '@valvekit/core';
import type { Asking } from './line.ts';
import { requireThat } from './require-that.ts';

/**
 * Runs `fn` under a guard, and releases it however `fn` ends. If no wait is needed, `fn` starts before this returns; if
 * `fn` then returns no promise, the guard is released by then, too.
 */
export async function sandbox<R>(fn: () => R, ask: Asking): Promise<Awaited<R>> {
  requireThat('fn', 'a function', fn);
  const run = async (held: Guard): Promise<Awaited<R>> => {
    try {
      const result = fn() as R & Partial<PromiseLike<unknown>>;
      return (typeof result?.then === 'function' ? await result : result) as Awaited<R>;
    } finally {
      held.release();
    }
  };
  let guard: Guard | undefined;
  const granted = new Promise<Guard>((resolve, reject) => {
    guard = ask(resolve, reject);
  });
  // `then` carries the async context of the caller to `fn`. So does `await`, but not the zones of zone.js.
  return guard ? run(guard) : granted.then<Awaited<R>>(run);
}
