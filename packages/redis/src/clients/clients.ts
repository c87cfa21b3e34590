import { hasMethods } from '@valvekit/lease';
import type { RedisConnection } from '../connection.ts';
import { type GlideLike, glideConnection } from './glide.ts';
import { type IoredisLike, ioredisConnection } from './ioredis.ts';
import { type NodeRedisLike, nodeRedisConnection } from './node-redis.ts';

/** A client, recognized by the methods that are used of it. */
export type RedisClient = IoredisLike | NodeRedisLike | GlideLike | RedisConnection;

/**
 * The connections of a client.
 *
 * @throws {TypeError} if it is no client that is known
 */
export function connectionOf(client: RedisClient): RedisConnection {
  // Bun's own client and the sentinels of node-redis have these, too, but they take other arguments.
  if (hasMethods<RedisConnection>(client, 'send', 'subscribe') && !hasMethods<IoredisLike>(client, 'duplicate'))
    return client;
  if (hasMethods<IoredisLike>(client, 'call', 'duplicate', 'on')) return ioredisConnection(client);
  if (hasMethods<NodeRedisLike>(client, 'sendCommand', 'duplicate', 'on') && !('getSentinelNode' in client))
    return nodeRedisConnection(client);
  if (hasMethods<GlideLike>(client, 'customCommand', 'close')) return glideConnection(client);
  throw new TypeError(
    'client must be ioredis, iovalkey (call, duplicate), redis (sendCommand, duplicate), ' +
      'valkey-glide (customCommand), or a RedisConnection (send, subscribe)',
  );
}
