import type { Acquirable, AsyncLockable } from '../contract/acquirable.ts';
import { requireCount, requireOptions, requireThat } from '../contract/arguments.ts';
import type { Lease } from '../contract/lease.ts';
import type { WaitOptions } from '../contract/options.ts';
import { deliver } from '../runtime/delivery.ts';
import type { Fn } from './call.ts';
import { Outcomes } from './outcomes.ts';
import { Run } from './run.ts';

/** How `stream` waits for each hold, and how it passes results on. */
export interface StreamOptions extends WaitOptions {
  /** Whether results come in the order of the source (the default), or as they finish. */
  ordered?: boolean | undefined;
  /**
   * How many finished results may wait for the consumer, those held back by order included, before no item is started:
   * an integer of at least 1, or `Infinity`; default 16. Items that are running come on top.
   */
  buffer?: number | undefined;
}

/**
 * Calls `fn` on each item of `source`, each call under a hold of `lock`, and gives the results one by one: as `map` does,
 * but with backpressure.
 *
 * Nothing is read before the first `next()`. When `buffer` results wait for the consumer, no item is started.
 *
 * Order: results come in the order of the source, or as they finish with `ordered: false`. Several calls of `next()` at a
 * time are answered in their order.
 * Cancellation: a failure stops the reading immediately, and is thrown after the results that come before it. An abort of
 * `signal` is thrown immediately; results that wait are dropped. Leaving the loop closes the source, and waits neither
 * for that nor for running calls. After all of these, running calls keep their holds until they settle.
 *
 * @throws {TypeError | RangeError} a bad argument, naming it
 * @throws from `next()`: what fails first, as `map` does
 * @example
 * ```ts
 * import { Semaphore, stream } from '@valvekit/semaphore';
 *
 * const read = async (name: string) => `the text of ${name}`;
 * for await (const line of stream(new Semaphore(2), ['a', 'b', 'c'], read)) {
 *   if (line.endsWith('b')) break;
 * }
 * ```
 */
export function stream<T, R, L extends Lease>(
  lock: AsyncLockable<L>,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, lease: L) => R,
  options?: StreamOptions,
): AsyncIterableIterator<Awaited<R>>;
export function stream<T, R>(
  lock: Acquirable,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, lease?: Lease) => R,
  options?: StreamOptions,
): AsyncIterableIterator<Awaited<R>>;
export function stream<T>(
  lock: Acquirable,
  source: Iterable<T> | AsyncIterable<T>,
  fn: Fn<T>,
  options?: StreamOptions,
): AsyncIterableIterator<unknown> {
  requireOptions(options);
  const { ordered = true, buffer = 16 } = options ?? {};
  requireThat(typeof ordered === 'boolean', 'ordered', 'a boolean', ordered);
  if (buffer !== Infinity) requireCount('buffer', buffer, 1);
  const outcomes = new Outcomes(ordered, buffer, () => run.end());
  const run = new Run('stream', lock, source, fn, options, outcomes);
  let isBegun = false;

  function goOn(): void {
    run.run();
    deliver();
  }

  function leave(): void {
    isBegun = true;
    outcomes.end();
    outcomes.answer();
    goOn();
  }

  const iterator: AsyncIterableIterator<unknown, unknown> = {
    next() {
      const answer = outcomes.request();
      const isFirst = !isBegun;
      // Before it begins, because the source may ask for more meanwhile.
      isBegun = true;
      if (isFirst) run.begin();
      else if (!outcomes.isEnded) run.isOver();
      outcomes.answer();
      goOn();
      return answer;
    },
    async return(value) {
      leave();
      return { done: true, value: await value };
    },
    async throw(error) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  const { asyncDispose } = Symbol;
  if (asyncDispose !== undefined) Object.assign(iterator, { [asyncDispose]: async () => leave() });
  return iterator;
}
