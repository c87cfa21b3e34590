// What only Redis can do to its locks: forget the scripts, lose its memory, have a key of another type.
import { type RedisConnection, RedisLocks, StoreError } from '@valvekit/redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectionOf } from '../../packages/redis/src/clients/clients.ts';
import { lossOf, prefix, sleep, until } from './environment.ts';
import { redisClients } from './redis-clients.ts';
import { family, operatorOf, startServer, user } from './redis-environment.ts';

// Long enough that a slow machine loses no lease that it should keep.
const LEASE = 3000;
const server = await startServer();
const operator = operatorOf(server.port);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

let names = 0;

function locksOf(name: string, port = server.port): Promise<RedisLocks> {
  return family(redisClients[name] as (typeof redisClients)[string], port, onTestFinished, { lease: LEASE });
}

describe.each(Object.keys(redisClients))('%s: a fault', (name) => {
  it('acquires after the server has forgotten the scripts', async () => {
    const mutex = (await locksOf(name)).mutex(`flushed ${names++}`);
    await mutex.sandbox(() => {});
    await operator.script('FLUSH');
    const first = await mutex.acquire();
    const waiting = mutex.acquire();
    await operator.script('FLUSH');
    await first.release();
    await (await waiting).release();
  });

  it('refuses a key of another type with a StoreError, without the command', async () => {
    const mutex = (await locksOf(name)).mutex(`wrong-${names++}`);
    await operator.set(`${prefix}:{m:wrong-${names - 1}}:s`, 'text');
    const error = await mutex.acquire().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).cause).toMatchObject({ message: expect.stringContaining('WRONGTYPE') });
    expect(Object.keys((error as { cause: object }).cause)).toEqual([]);
    await expect(mutex.state()).rejects.toBeInstanceOf(StoreError);
  });
});

it('restarted with empty memory reports the loss at the next renewal, and tokens grow', async () => {
  const empty = await startServer();
  onTestFinished(() => empty.stop());
  const [one, two] = [await locksOf('ioredis 6', empty.port), await locksOf('redis 6', empty.port)];
  const lease = await one.mutex('emptied').acquire();
  await empty.end('SIGKILL');
  await empty.run();
  const next = await two.mutex('emptied').acquire();
  expect(next.token).toBeGreaterThan(lease.token);
  expect(['taken', 'silent', 'late']).toContain((await lossOf(lease.signal)).why);
  await next.release();
});

it('renews and releases what is held while the memory is full, and refuses those that wait', async () => {
  const full = await startServer();
  const owner = operatorOf(full.port);
  onTestFinished(async () => {
    owner.disconnect();
    await full.stop();
  });
  const [one, two] = [await locksOf('ioredis 6', full.port), await locksOf('redis 6', full.port)];
  const lease = await one.mutex('full').acquire();
  const waiting = two
    .mutex('full')
    .acquire()
    .catch((reason: unknown) => reason);
  await until(async () => (await one.mutex('full').state()).waiting === 1);
  await owner.config('SET', 'maxmemory', '1');
  expect(String(await waiting)).toMatch(/^StoreError.*OOM/);
  await expect(one.mutex('new').acquire()).rejects.toThrow('OOM');
  const ends = async (): Promise<number> => (await one.mutex('full').state()).holders[0]?.until.getTime() ?? 0;
  const before = await ends();
  await until(async () => (await ends()) > before);
  lease.check();
  await lease.release();
  expect((await one.mutex('full').state()).holders).toEqual([]);
});

// Clients that are set to give up when their connection breaks.
const givingUp = {
  ioredis: async () => new Redis({ port: server.port, host: '127.0.0.1', ...user, retryStrategy: () => null }),
  redis: async () => {
    const client = createClient({
      socket: { port: server.port, host: '127.0.0.1', reconnectStrategy: false as const },
      ...user,
    });
    await client.on('error', () => {}).connect();
    return client;
  },
};

it.each(['ioredis', 'redis'] as const)('listens again where %s gives up its connection for messages', async (name) => {
  const client = await givingUp[name]();
  client.on('error', () => {});
  const locks = new RedisLocks(client, { prefix });
  onTestFinished(async () => {
    await locks.close({ timeout: 0 });
    if ('destroy' in client) client.destroy();
    else client.disconnect();
  });
  const [here, there] = [locks.mutex(`given up ${name}`), (await locksOf('iovalkey')).mutex(`given up ${name}`)];
  const handOver = async (): Promise<number> => {
    const lease = await there.acquire();
    const waiting = here.acquire();
    await until(async () => (await there.state()).waiting === 1);
    const start = performance.now();
    await lease.release();
    await (await waiting).release();
    return performance.now() - start;
  };
  await handOver();
  await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  // A hand-over in less than a repeated request takes is a message that was heard.
  await until(async () => (await handOver()) < 1500);
});

it('grants to a process that hears of its grant before the answer that it waits', async () => {
  const holder = (await locksOf('ioredis 6')).mutex('overtaken');
  const lease = await holder.acquire();
  const client = operatorOf(server.port);
  const connection = connectionOf(client);
  let asks = 0;
  let isAsked = (): void => {};
  let isHeard = (): void => {};
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  const heard = new Promise<void>((resolve) => (isHeard = resolve));
  // A message and an answer come on two connections, so either may be the first.
  const slow: RedisConnection = {
    async send(command) {
      const answer = connection.send(command);
      if (++asks > 1) return answer;
      await answer;
      isAsked();
      await heard;
      return answer;
    },
    subscribe: (channel, message, up) => {
      const hear = (text: string): void => {
        message(text);
        isHeard();
      };
      return connection.subscribe(channel, hear, up);
    },
  };
  const locks = new RedisLocks(slow, { prefix, lease: 60_000 });
  onTestFinished(async () => {
    await locks.close({ timeout: 0 });
    client.disconnect();
  });
  const waiting = locks.mutex('overtaken').acquire();
  await asked;
  await lease.release();
  await heard;
  await new Promise((resolve) => setImmediate(resolve));
  expect(asks).toBe(2);
  await (await waiting).release();
});

it('lets processes that contend for a free moment take turns without a pause', async () => {
  const open = redisClients['ioredis 6'] as (typeof redisClients)[string];
  const all = await Promise.all([1, 2, 3].map(() => family(open, server.port, onTestFinished, { lease: 60_000 })));
  // A wait that missed its grant is repeated after three seconds: if one in twenty does, this takes longer than a test may.
  let turns = 0;
  await Promise.all(
    all.map(async (locks) => {
      for (let i = 0; i < 1000; i++) {
        await locks.mutex('contended').sandbox(() => void turns++);
        await sleep(Math.random() * 2);
      }
    }),
  );
  expect(turns).toBe(3000);
});
