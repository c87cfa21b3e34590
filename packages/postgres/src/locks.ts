import { type FencedLease, RemoteLocks, readLocksOptions, show } from '@valvekit/lease';
import { connectionOf, type PostgresClient } from './clients/clients.ts';
import { checkedTransaction, fence, type Transaction } from './fence.ts';
import { type PostgresLocksOptions, readPostgresOptions } from './options.ts';
import { PostgresStore } from './postgres-store.ts';

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
 *   // what is read and written here is read and written under the lock,
 *   // or not at all
 *   await tx.query('commit');
 *   tx.release();
 * });
 * await locks.close();
 * await pool.end();
 * ```
 */
export class PostgresLocks extends RemoteLocks {
  readonly #store: PostgresStore;

  /**
   * Locks on the server that a client is connected to.
   *
   * @param client - a pool or a client of pg itself, postgres (postgres.js), or an object with `query` and `listen`. A
   * single client of pg must not be used for anything else.
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  constructor(client: PostgresClient, options?: PostgresLocksOptions) {
    const terms = readLocksOptions(options);
    const own = readPostgresOptions(options ?? {});
    const store = new PostgresStore(connectionOf(client), terms.prefix, crypto.randomUUID(), own);
    super('PostgresLocks', store, terms);
    this.#store = store;
  }

  /**
   * Makes the schema with its tables and functions, or upgrades it. Changes nothing if it is there. It can run twice at
   * once. The role needs the right to create the schema, or has to own it; whoever only uses locks needs `USAGE` of the
   * schema and `EXECUTE` of its functions. It waits for as long as the client does: a timeout is an option of the client.
   *
   * @throws {StoreError} if the server does not answer, or refuses: no right, too old, or the schema is newer than this package
   */
  install(): Promise<void> {
    return this.#store.install();
  }

  /**
   * Makes the server itself refuse a stale holder: inside a transaction of yours, fails unless the lease still holds its
   * lock, and keeps the lock until the transaction ends, even if the lease ends before. Call it first in the transaction.
   *
   * Nobody waits in the server meanwhile. A hold that is released or downgraded while the transaction is open lets the
   * next one in once that has ended.
   *
   * @param tx - a client of pg, the `sql` that `sql.begin` of postgres passes on, or anything with such a `query` or
   * `unsafe`; it must be in a transaction
   * @throws {LeaseLostError} the lease is lost. The transaction has failed, and cannot be committed.
   * @throws {InvalidStateError} outside a transaction, or after the release; then too a transaction has failed
   * @throws {StoreError} the transaction has failed for another reason, for example because of a conflict with another one
   * (the `code` of the `cause` is `'40001'`), or because it is in another database. The lease is as it was: run the
   * transaction again, or in the database of the locks
   * @throws {TypeError} unless `tx` takes statements, and the lease comes from these locks
   */
  async fence(tx: Transaction, lease: FencedLease): Promise<void> {
    const checked = checkedTransaction(tx);
    await fence(checked, this.#store, show(this.#store, lease));
  }
}
