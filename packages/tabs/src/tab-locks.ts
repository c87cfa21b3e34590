import type { AsyncLockable, Lease, Locks, PermitOptions } from '@valvekit/core';
import { checkedCapacity, requireOptions } from '@valvekit/core/line';
import { checkedName, checkedPrefix } from './names.ts';
import { watchPage } from './page-life.ts';
import { TabLine } from './tab-line.ts';
import { TabLock } from './tab-lock.ts';
import { webLocks } from './web-locks.ts';

type Kind = 'Mutex' | 'Semaphore' | 'ReadWriteLock';

// A writer takes all permits of a read/write lock, a reader one. There are never as many readers as this.
const ALL = Number.MAX_SAFE_INTEGER;

/** Options of `TabLocks`. */
export interface TabLocksOptions {
  /**
   * Part of the names in the browser, so that locks of two prefixes are different; 1 to 64 of `A–Z a–z 0–9 . _ -`. Default
   * `'valvekit'`. The names of `lead` have none.
   */
  prefix?: string | undefined;
  /** Uses the Web Locks of Node.js, although they have been seen to admit two holders. */
  unsafeNode?: boolean | undefined;
}

/**
 * Locks across the tabs, frames and workers of one origin, on the Web Locks API.
 *
 * Use something else within one page (`KeyedLocks`), and where one transaction of IndexedDB does all of the work: it is a
 * lock by itself.
 *
 * A hold ends with its tab or worker, whatever ends that. A frozen tab keeps what it holds. If another script steals the
 * lock, the lease's `signal` aborts with a `LeaseLostError`.
 *
 * Order: callers of one tab queue in that tab, higher priorities first, and the tab asks the browser once; the order
 * between tabs is the browser's, first come, first served. Make one `TabLocks` for a page: two of them stand in the
 * browser's line as two tabs do.
 * Cancellation: a timeout or an abort ends a wait immediately and leaves nothing behind, and never ends a hold.
 *
 * @example
 * ```js tabs
 * import { TabLocks } from '@valvekit/tabs';
 *
 * const locks = new TabLocks();
 * await locks.mutex('token').sandbox(async ({ signal }) => {
 *   // alone in here, in all tabs
 * }, { timeout: 10_000 });
 * ```
 */
export class TabLocks implements Locks {
  readonly #manager: LockManager;
  readonly #prefix: string;
  readonly #lines = new Map<string, TabLine>();

  /**
   * Locks across the tabs, frames and workers of one origin.
   *
   * @throws {TypeError | RangeError} a bad option, naming it
   * @throws {Error} where there is no `navigator.locks`: in an insecure context, or an old browser; and on Node.js, unless
   * told `unsafeNode: true`
   */
  constructor(options?: TabLocksOptions) {
    requireOptions(options);
    const { prefix = 'valvekit', unsafeNode } = options ?? {};
    this.#prefix = checkedPrefix(prefix);
    this.#manager = webLocks(unsafeNode === true);
    watchPage();
  }

  /**
   * The mutex of a name.
   *
   * @throws {TypeError | RangeError} unless the name is a string of 1 to 512 UTF-16 units without NUL and lone surrogates
   */
  mutex(name: string): AsyncLockable {
    return new TabLock(this.#line('Mutex', name, 1), 1, 1);
  }

  /**
   * The semaphore of a name. Every tab must pass the same capacity; while they differ, as many may hold it as the largest
   * says.
   *
   * A free permit costs one request to the browser if there is only one permit. Otherwise it costs one, and one for each
   * permit that is tried until a free one is found, from a random one on; and a request that has to wait costs
   * 3 × `capacity` + 2. One for several permits that must not wait, and does not find enough, holds what it has found for a
   * moment, in which a `tryAcquire` in another tab can fail. A `tryAcquire` can also fail although a permit was free all
   * the time, if one that it has tried already is released while the free one is taken.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  semaphore(name: string, capacity: number): AsyncLockable<Lease, PermitOptions> {
    const count = Math.min(checkedCapacity(capacity), ALL);
    return new TabLock(this.#line('Semaphore', name, count), count, undefined);
  }

  /**
   * The read/write lock of a name. It is fair: a reader that arrives while a writer waits queues behind it, whichever tabs
   * they are in.
   *
   * @throws {TypeError | RangeError} a bad name
   */
  readWriteLock(name: string): { readonly read: AsyncLockable; readonly write: AsyncLockable } {
    const line = this.#line('ReadWriteLock', name, ALL);
    return { read: new TabLock(line, ALL, 1, 'read.'), write: new TabLock(line, ALL, ALL, 'write.') };
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #lines in this ? 'TabLocks' : 'Object';
  }

  // Finds the line of a name, or makes it. Locks of different kinds and names never share a name in the browser.
  #line(kind: Kind, name: string, capacity: number): () => TabLine {
    const base = `${kind}:${this.#prefix}:${checkedName(name)}`;
    const key = `${capacity}:${base}`;
    const names = { manager: this.#manager, base, capacity, isSplit: kind === 'Semaphore' };
    return () => this.#lines.get(key) ?? new TabLine(kind, name, names, this.#lines, key);
  }
}
