import type { Lease, Locks, PermitOptions } from '@valvekit/core';
import {
  type CloseOptions,
  Family,
  type FencedLease,
  type RemoteLock,
  readLocksOptions,
  show,
  type WriteLease,
} from '@valvekit/lease';
import { connectionOf, type PostgresClient } from './clients/clients.ts';
import { fence, type Transaction } from './fence.ts';
import { type PostgresLocksOptions, readPostgresOptions } from './options.ts';
import { PostgresStore } from './postgres-store.ts';

// Closes it, like `close()`; by the shape that a lease has, so that a program needs no library for it.
export interface PostgresLocks extends Omit<Lease, 'released' | 'release' | 'signal'> {}

/**
 * Locks across processes and machines, kept in PostgreSQL.
 *
 * Use something else within one process (`KeyedLocks`), and where no database is at hand but Redis is (`RedisLocks`).
 *
 * A lock keeps others out while its holder is alive and in touch; it tells the holder before it lets another in; and
 * since no lock can stop a process that has been paused, the server can: `fence(tx, lease)` inside a transaction makes
 * sure that it commits under the lock or not at all.
 *
 * Order: first come, first served over all processes, higher priorities first; within `passes` hand-overs a process
 * serves its own callers without asking the server.
 * Cancellation: a timeout, an abort or `cancel()` ends a wait immediately, and leaves the line in the background.
 *
 * @example
 * ```js postgres
 * import pg from 'pg';
 * import { PostgresLocks } from '@valvekit/postgres';
 *
 * const pool = new pg.Pool();
 * const locks = new PostgresLocks(pool, { prefix: 'shop' });
 * await locks.install(); // once, or with every deploy
 * await locks.mutex('invoices').sandbox(async (lease) => {
 *   const tx = await pool.connect();
 *   await tx.query('begin');
 *   await locks.fence(tx, lease);
 *   // what is read and written here is read and written under the lock, or not at all
 *   await tx.query('commit');
 *   tx.release();
 * });
 * await locks.close();
 * await pool.end();
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first family is made
export class PostgresLocks implements Locks {
  readonly #family: Family;
  readonly #store: PostgresStore;

  /**
   * Locks on the server that a client is connected to.
   *
   * @param client - a pool or a client of pg, postgres (postgres.js), or an object with `query` and `listen`. A single
   * client of pg must not be used for anything else.
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  constructor(client: PostgresClient, options?: PostgresLocksOptions) {
    const terms = readLocksOptions(options);
    const own = readPostgresOptions(options ?? {});
    this.#store = new PostgresStore(connectionOf(client), terms.prefix, crypto.randomUUID(), own);
    this.#family = new Family(this.#store, terms);
    makeDisposable(this);
  }

  /**
   * Makes the schema with its tables and functions, or upgrades it. Changes nothing if it is there. It can run twice at
   * once. The role needs the right to create the schema, or has to own it; whoever only uses locks needs `USAGE` of the
   * schema and `EXECUTE` of its functions.
   *
   * @throws {StoreError} if the server refuses: no right, too old, or the schema is newer than this package
   */
  install(): Promise<void> {
    return this.#store.install();
  }

  /**
   * Makes the server itself refuse a stale holder: inside a transaction of yours, fails unless the lease still holds its
   * lock, and keeps the lock until the transaction ends, even if the lease ends before. Call it first in the transaction.
   *
   * Nobody waits in the server meanwhile. A hold that is released while the transaction is open is handed on once that
   * has ended.
   *
   * @param tx - a client of pg, the `sql` that `sql.begin` of postgres passes on, or anything with such a `query` or
   * `unsafe`; it must be in a transaction
   * @throws {LeaseLostError} the lease is lost. The transaction has failed, and cannot be committed.
   * @throws {InvalidStateError} outside a transaction, or after the release; then too a transaction has failed
   * @throws {TypeError} unless the lease comes from these locks
   */
  async fence(tx: Transaction, lease: FencedLease): Promise<void> {
    const shown = show(this.#store, lease);
    await fence(tx, this.#store, shown);
  }

  /**
   * The mutex of a name.
   *
   * @throws {TypeError | RangeError} unless the name is a string of 1 to 512 UTF-16 units without NUL and lone surrogates
   */
  mutex(name: string): RemoteLock {
    return this.#family.mutex(name);
  }

  /**
   * The semaphore of a name. Of two capacities in use, that of the last request counts.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  semaphore(name: string, capacity: number): RemoteLock<FencedLease, PermitOptions> {
    return this.#family.semaphore(name, capacity);
  }

  /**
   * The read/write lock of a name. It is fair: a reader that arrives while a writer waits queues behind it.
   *
   * @throws {TypeError | RangeError} a bad name
   */
  readWriteLock(name: string): { readonly read: RemoteLock; readonly write: RemoteLock<WriteLease> } {
    return this.#family.readWriteLock(name);
  }

  /**
   * Ends all waits with an `InvalidStateError`, refuses new ones, and aborts the signal of every hold (`'closed'`). Keeps
   * renewing each hold until its holder has released it, then unsubscribes. It never closes the client.
   *
   * @param options - `timeout`: milliseconds after which holds are no longer renewed
   */
  close(options?: CloseOptions): Promise<void> {
    return this.#family.close(options);
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #family in this ? 'PostgresLocks' : 'Object';
  }
}

// (Not in the class: one that names itself is given another name by the build.)
function makeDisposable(locks: PostgresLocks): void {
  const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
  if (!(dispose in locks)) Object.defineProperty(PostgresLocks.prototype, dispose, { value: closeNow });
}

function closeNow(this: PostgresLocks): Promise<void> {
  return this.close();
}
