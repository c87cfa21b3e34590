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
  if (has<RedisConnection>(client, 'send', 'subscribe') && !has<IoredisLike>(client, 'duplicate')) return client;
  if (has<IoredisLike>(client, 'call', 'duplicate', 'on')) return ioredisConnection(client);
  if (has<NodeRedisLike>(client, 'sendCommand', 'duplicate', 'on') && !('getSentinelNode' in client))
    return nodeRedisConnection(client);
  if (has<GlideLike>(client, 'customCommand', 'close')) return glideConnection(client);
  throw new TypeError(
    'client must be ioredis, iovalkey (call, duplicate), redis (sendCommand, duplicate), ' +
      'valkey-glide (customCommand), or a RedisConnection (send, subscribe)',
  );
}

function has<T>(client: unknown, ...methods: (keyof T)[]): client is T {
  return methods.every((method) => typeof Object(client)[method] === 'function');
}
