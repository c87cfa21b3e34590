import { type LocksOptions, RemoteLocks, readLocksOptions } from '@valvekit/lease';
import { connectionOf, type RedisClient } from './clients/clients.ts';
import { RedisStore } from './redis-store.ts';

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
export class RedisLocks extends RemoteLocks {
  /**
   * Locks on the server that a client is connected to.
   *
   * @param client - ioredis, iovalkey, redis (node-redis) or valkey-glide, or an object with `send` and `subscribe`
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  constructor(client: RedisClient, options?: LocksOptions) {
    const terms = readLocksOptions(options);
    super('RedisLocks', new RedisStore(connectionOf(client), terms.prefix, crypto.randomUUID()), terms);
  }
}
