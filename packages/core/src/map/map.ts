import type { Acquirable, AsyncLockable } from '../contract/acquirable.ts';
import type { Lease } from '../contract/lease.ts';
import type { WaitOptions } from '../contract/options.ts';
import type { Fn } from './call.ts';
import { Run } from './run.ts';

/**
 * Calls `fn` on each item of `source`, each call under a hold of `lock`, and resolves to the results in the order of the
 * items. With a semaphore of five permits, five calls run at a time.
 *
 * Use `stream` for results one by one, and for sources that are too long to keep all results.
 *
 * Order: items are started in the order of the source, which is read one item ahead of the holds and never further. No
 * hold is kept while the source is silent. Items that are promises are not awaited.
 * Cancellation: an abort of `signal` rejects immediately, whatever the source and `fn` are doing; `timeout` and
 * `priority` are for the wait for each hold. As after any failure, nothing more is read or started, the source is
 * closed, and running calls keep their holds until they settle; their outcomes are dropped.
 *
 * @param lock - any lock, of this thread or of a wider scope, whose leases `fn` gets as its third argument
 * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
 * @throws what fails first, as a rejection: `fn`, the source, the wait for a hold, or the end of a lease
 * @example
 * ```ts
 * import { map, Semaphore } from '@valvekit/semaphore';
 *
 * const words = ['to', 'map', 'them', 'all'];
 * const lengths = await map(new Semaphore(2), words, async (word) => word.length);
 * console.log(lengths); // → [ 2, 3, 4, 3 ]
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
export function map<T>(
  lock: Acquirable,
  source: Iterable<T> | AsyncIterable<T>,
  fn: Fn<T>,
  options?: WaitOptions,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const results: unknown[] = [];
    const run = new Run('map', lock, source, fn, options, {
      hasRoom: () => true,
      onResult(value, index) {
        results[index] = value;
      },
      onFailure(error) {
        run.end();
        reject(error);
      },
      onRest() {
        run.end();
        resolve(results);
      },
    });
    run.begin();
  });
}
