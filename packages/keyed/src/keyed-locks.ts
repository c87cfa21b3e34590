import {
  AbortError,
  type Guard,
  type Locks,
  type NameOptions,
  type PermitOptions,
  type WriteGuard,
} from '@valvekit/core';
import {
  checkedCapacity,
  deliver,
  type Inspect,
  inspection,
  label,
  readName,
  view,
  waitersOf,
} from '@valvekit/core/line';
import { Entries } from './entries.ts';
import type { Entry } from './entry.ts';
import { ALL, MUTEX, READ, SEMAPHORE, WRITE } from './verbs.ts';
import { type KeyedLock, View } from './view.ts';

/**
 * A lock for each key, in one thread. A key that nobody holds or waits for costs nothing.
 *
 * What `mutex(key)` returns is a view: it finds the lock when it asks, so it may be kept or made anew. Keys are compared as
 * by `Map`. `mutex('a')`, `semaphore('a', n)` and `readWriteLock('a')` are three different locks.
 *
 * Order and cancellation are those of the plain locks: first come, first served, higher priorities first. The read/write
 * lock is fair.
 *
 * @example
 * ```ts
 * import { KeyedLocks } from '@valvekit/keyed';
 *
 * const accounts = new KeyedLocks({ name: 'accounts' });
 * await accounts.mutex('user-1').sandbox(async () => {
 *   // alone with the account of user-1
 * }, { timeout: 1000 });
 * ```
 */
export class KeyedLocks<K = string> implements Locks<K> {
  readonly #name: string | undefined;
  readonly #mutexes: Entries<K>;
  readonly #semaphores: Entries<K>;
  readonly #readWriteLocks: Entries<K>;

  /**
   * A lock for each key. A key that nobody holds or waits for costs nothing.
   *
   * @param options - `name`: shown in error messages and in diagnostics
   * @throws {TypeError} if the name is no string
   */
  constructor(options?: NameOptions) {
    this.#name = readName(options);
    this.#mutexes = new Entries(this, 'mutex');
    this.#semaphores = new Entries(this, 'semaphore');
    this.#readWriteLocks = new Entries(this, 'readWriteLock');
  }

  /** The mutex of a key. */
  mutex(key: K): KeyedLock {
    return new View(this.#mutexes, key, MUTEX, 1);
  }

  /**
   * The semaphore of a key.
   *
   * The capacity takes effect with each request that is made through the view. Where two capacities are in use for one key,
   * the last request decides; waiters that it makes impossible are rejected with a `RangeError`.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} if the capacity is anything else
   */
  semaphore(key: K, capacity: number): KeyedLock<Guard, PermitOptions> {
    return new View(this.#semaphores, key, SEMAPHORE, checkedCapacity(capacity));
  }

  /** The read/write lock of a key. */
  readWriteLock(key: K): { readonly read: KeyedLock; readonly write: KeyedLock<WriteGuard> } {
    return {
      read: new View(this.#readWriteLocks, key, READ, ALL),
      write: new View(this.#readWriteLocks, key, WRITE, ALL),
    };
  }

  /** The name given to the constructor. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The number of locks that are held or waited for. It walks them. */
  get size(): number {
    return this.#all.filter(({ isOnlyAskedFor }) => !isOnlyAskedFor).length;
  }

  /** The number of waiters under all keys. It walks the locks. */
  get waiting(): number {
    return this.#all.reduce((sum, { size }) => sum + size, 0);
  }

  /** Ends every wait under every key with `reason`, or with an `AbortError`. Holders keep their holds. */
  cancel(reason: unknown = new AbortError(`${label(this)}: cancel() ended the wait`)): void {
    for (const entry of this.#all) for (const waiter of waitersOf(entry)) entry.giveUp(waiter, reason);
    deliver();
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #mutexes in this ? 'KeyedLocks' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view(label(this), { size: this.size, waiting: this.waiting }, options, inspect);
  }

  get #all(): Entry<K>[] {
    return [this.#mutexes, this.#semaphores, this.#readWriteLocks].flatMap(({ all }) => all);
  }
}
