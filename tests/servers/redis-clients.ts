// The clients of Redis that are passed in, each as its users make it.
import { GlideClient, Logger } from '@valkey/valkey-glide';
import type { RedisClient } from '@valvekit/redis';
import { Redis as Ioredis6 } from 'ioredis';
import { Redis as Ioredis5 } from 'ioredis5';
import Iovalkey from 'iovalkey';
import { createClient as createClient6 } from 'redis';
import { createClient as createClient5 } from 'redis5';

// It says much about connections that tests break on purpose.
Logger.setLoggerConfig('off');

/** A client on a port, and how to close it. */
export interface OpenedRedis {
  readonly client: RedisClient;
  readonly close: () => unknown;
}

/** Whom the client speaks for. */
interface User {
  readonly username?: string;
  readonly password?: string;
}

type Open = (port: number, user?: User) => Promise<OpenedRedis>;

async function quietly<C extends { on(event: 'error', listener: () => void): unknown }>(client: C): Promise<C> {
  client.on('error', () => {});
  return client;
}

/** Opens a client, by its name. */
export const redisClients: Readonly<Record<string, Open>> = {
  async 'ioredis 5'(port, user = {}) {
    const client = await quietly(new Ioredis5({ port, host: '127.0.0.1', ...user }));
    return { client, close: () => client.disconnect() };
  },
  async 'ioredis 6'(port, user = {}) {
    const client = await quietly(new Ioredis6({ port, host: '127.0.0.1', ...user }));
    return { client, close: () => client.disconnect() };
  },
  async iovalkey(port, user = {}) {
    const client = await quietly(new Iovalkey({ port, host: '127.0.0.1', ...user }));
    return { client, close: () => client.disconnect() };
  },
  async 'redis 5'(port, user = {}) {
    const client = await quietly(createClient5({ socket: { port, host: '127.0.0.1' }, ...user }));
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async 'redis 6'(port, user = {}) {
    const client = await quietly(createClient6({ socket: { port, host: '127.0.0.1' }, ...user }));
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async 'valkey-glide'(port, user) {
    const client = await GlideClient.createClient({
      addresses: [{ host: '127.0.0.1', port }],
      ...(user && { credentials: { username: user.username ?? 'default', password: user.password ?? '' } }),
    });
    return { client, close: () => client.close() };
  },
};
