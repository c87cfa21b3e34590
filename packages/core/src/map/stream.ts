import type { Acquirable, AsyncLockable } from '../contract/acquirable.ts';
import { requireCount, requireOptions, requireThat } from '../contract/arguments.ts';
import type { Lease } from '../contract/lease.ts';
import type { WaitOptions } from '../contract/options.ts';
import { type Settlers, withResolvers } from '../runtime/with-resolvers.ts';
import { type Fn, Run } from './run.ts';
import type { Items } from './source.ts';

/** How `stream` waits, and how its results come. */
export interface StreamOptions extends WaitOptions {
  /** Whether results come in the order of the items; default true. Otherwise they come as calls finish. */
  ordered?: boolean | undefined;
  /**
   * How many finished results may wait for the consumer, those held back by order included, before no call is started: an
   * integer of at least 1, or `Infinity`; default 16. Calls that are running come on top.
   */
  buffer?: number | undefined;
}

interface Outcome {
  readonly value: unknown;
  readonly isFailure: boolean;
}

/**
 * Calls `fn` on each item of `source`, each call under one hold of `lock`, and gives the results one by one, with
 * backpressure: in the order of the items, or as calls finish with `ordered: false`. Nothing is read before the first
 * result is asked for.
 *
 * Cancellation: a failure stops reading and calling, and is thrown after the results that come before it. An abort is
 * thrown at once, and may drop waiting results. Leaving the loop reads no more, closes the source, and does not wait for
 * calls that are running.
 *
 * @param options - `timeout` and `priority` are for each wait
 * @throws {TypeError | RangeError} a bad argument, naming it
 * @example
 * ```ts
 * import { Semaphore, stream } from 'valvekit';
 *
 * for await (const square of stream(new Semaphore(2), [1, 2, 3], async (n) => n * n)) console.log(square);
 * // → 1
 * // → 4
 * // → 9
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
  source: Items<T>,
  fn: Fn,
  options?: StreamOptions,
): AsyncIterableIterator<unknown> {
  requireOptions(options);
  const { ordered = true, buffer = 16 } = options ?? {};
  requireThat(typeof ordered === 'boolean', 'ordered', 'a boolean', ordered);
  if (buffer !== Number.POSITIVE_INFINITY) requireCount('buffer', buffer, 1);

  // By the place at which the consumer gets them.
  const outcomes: Map<number, Outcome> = new Map();
  const requests: Settlers<IteratorResult<unknown>>[] = [];
  let given = 0;
  let finished = 0;
  let isBegun = false;
  let isAtRest = false;
  let isDone = false;

  const run = new Run('stream', lock, source, fn, options, {
    hasRoom: () => outcomes.size < buffer,
    result: (index, value) => put(ordered ? index : finished++, { value, isFailure: false }),
    failure(error, index) {
      const isAbort = index === undefined;
      if (isAbort) outcomes.clear();
      put(isAbort ? given : ordered ? index : finished++, { value: error, isFailure: true });
    },
    rest() {
      isAtRest = true;
      answer();
    },
  });

  function put(place: number, outcome: Outcome): void {
    // A call can fail twice: its lease is lost, then it throws. The first counts.
    if (isDone || outcomes.has(place)) return;
    outcomes.set(place, outcome);
    answer();
  }

  function end(): void {
    isDone = true;
    outcomes.clear();
    run.end();
  }

  function answer(): void {
    while (requests.length > 0) {
      const outcome = outcomes.get(given);
      if (outcome === undefined && !isDone) {
        if (!isAtRest) return;
        end();
      }
      const { resolve, reject } = requests.shift() as Settlers<IteratorResult<unknown>>;
      if (outcome === undefined) {
        resolve({ done: true, value: undefined });
      } else if (outcome.isFailure) {
        end();
        reject(outcome.value);
      } else {
        outcomes.delete(given++);
        resolve({ done: false, value: outcome.value });
      }
    }
  }

  function leave(): void {
    isBegun = true;
    end();
    answer();
    run.proceed();
  }

  const iterator: AsyncIterableIterator<unknown> = {
    next() {
      const { promise, resolve, reject } = withResolvers<IteratorResult<unknown>>();
      requests.push({ resolve, reject });
      if (isBegun) {
        run.checkAbort();
        answer();
        run.proceed();
      } else {
        isBegun = true;
        run.begin();
      }
      return promise;
    },
    async return(value?: unknown) {
      leave();
      return { done: true, value: await value };
    },
    async throw(error?: unknown) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
