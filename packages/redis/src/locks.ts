import type { Lease, Locks, PermitOptions } from '@valvekit/core';
import {
  type CloseOptions,
  Family,
  type FencedLease,
  type LocksOptions,
  type RemoteLock,
  readLocksOptions,
  type WriteLease,
} from '@valvekit/lease';
import { connectionOf, type RedisClient } from './clients/clients.ts';
import { RedisStore } from './redis-store.ts';

// Closes it, like `close()`; by the shape that a lease has, so that a program needs no library for it.
export interface RedisLocks extends Omit<Lease, 'released' | 'release' | 'signal'> {}

/**
 * Locks across processes and machines, kept in Redis or Valkey.
 *
 * Use something else within one process (`KeyedLocks`), and where the data that a lock protects is in PostgreSQL anyway.
 *
 * A lock has one holder, as long as that is alive and in touch with the server. A holder that loses the lock is told
 * before another one enters. No lock can stop a process that is paused at the wrong moment, so every hold has a number,
 * its `token`, that your store can check.
 *
 * Order: first come, first served over all processes, higher priorities first; within `passes` hand-overs a process
 * serves its own callers without asking the server.
 * Cancellation: a timeout, an abort or `cancel()` ends a wait immediately, and leaves the line in the background.
 *
 * @example
 * ```js redis
 * import { Redis } from 'ioredis';
 * import { RedisLocks } from '@valvekit/redis';
 *
 * const client = new Redis();
 * const locks = new RedisLocks(client, { prefix: 'shop' });
 * await locks.mutex('invoices').sandbox(async ({ signal, token }) => {
 *   // alone in here, on all machines; show the token to what you write to
 * });
 * await locks.close();
 * client.disconnect();
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first family is made
export class RedisLocks implements Locks {
  readonly #family: Family;

  /**
   * Locks on the server that a client is connected to.
   *
   * @param client - ioredis, iovalkey, redis (node-redis) or valkey-glide, or an object with `send` and `subscribe`
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  constructor(client: RedisClient, options?: LocksOptions) {
    const terms = readLocksOptions(options);
    this.#family = new Family(new RedisStore(connectionOf(client), terms.prefix, crypto.randomUUID()), terms);
    makeDisposable(this);
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
    return #family in this ? 'RedisLocks' : 'Object';
  }
}

// (Not in the class: one that names itself is given another name by the build.)
function makeDisposable(locks: RedisLocks): void {
  const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
  if (!(dispose in locks)) Object.defineProperty(RedisLocks.prototype, dispose, { value: closeNow });
}

function closeNow(this: RedisLocks): Promise<void> {
  return this.close();
}
