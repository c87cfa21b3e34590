import type { Acquirable, AsyncLockable } from '../contract/acquirable.ts';
import type { Lease } from '../contract/lease.ts';
import type { WaitOptions } from '../contract/options.ts';
import { type Fn, Run } from './run.ts';
import type { Items } from './source.ts';

/**
 * Calls `fn` on each item of `source`, each call under one hold of `lock`, and resolves to the results in the order of the
 * items. With a `Semaphore`, at most as many calls run at a time as it has permits; with a lock of a wider scope, the limit holds
 * there, and `fn` gets the lease.
 *
 * The source is read one item ahead of the holds, never further: no hold is kept while the source is silent, and none is
 * needed to find out that it has ended. Items that are promises are not awaited.
 *
 * Cancellation: the first failure – of `fn`, of the source, of a wait, or a lease lost while `fn` runs – rejects at once,
 * reads no more and closes the source. So does an abort, whatever the source and `fn` are doing. Calls of `fn` that are
 * running keep their holds until they settle; their outcomes are dropped.
 *
 * @param options - `timeout` and `priority` are for each wait
 * @throws {TypeError | RangeError} as a rejection: a bad argument, naming it
 * @throws {TimeoutError} as a rejection, if one wait took longer than `timeout` milliseconds
 * @throws `signal.reason` as a rejection, if the signal aborts first
 * @example
 * ```ts
 * import { map, Semaphore } from 'valvekit';
 *
 * const squares = await map(new Semaphore(10), [1, 2, 3], async (n) => n * n);
 * console.log(squares); // → [ 1, 4, 9 ]
 * ```
 */
export function map<T, R, L extends Lease>(
  lock: AsyncLockable<L>,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, lease: L) => R,
  options?: WaitOptions,
): Promise<Awaited<R>[]>;
export function map<T, R>(
  lock: Acquirable,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, lease?: Lease) => R,
  options?: WaitOptions,
): Promise<Awaited<R>[]>;
export function map<T>(lock: Acquirable, source: Items<T>, fn: Fn, options?: WaitOptions): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const results: unknown[] = [];
    const run = new Run('map', lock, source, fn, options, {
      hasRoom: () => true,
      result(index, value) {
        results[index] = value;
      },
      failure(error) {
        run.end();
        reject(error);
      },
      rest() {
        run.end();
        resolve(results);
      },
    });
    run.begin();
  });
}
