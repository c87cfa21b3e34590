// The suites run under the smallest access list, and names cannot get out of the prefix.
import { RedisLocks, StoreError } from '@valvekit/redis';
import { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { clients } from './clients.ts';

/** As in the docs. */
const COMMANDS =
  '+evalsha +eval +subscribe +unsubscribe +publish +pubsub|numsub +time +hmget +hget +hset +hdel +hgetall +hlen +zadd +zrem +zrange +zrank +pexpire';

const server = await RedisServer.start();
const operator = new Redis({ port: server.port, host: '127.0.0.1' });
await operator.acl(
  'SETUSER',
  'locks',
  'on',
  '>secret',
  'resetkeys',
  'resetchannels',
  '~shop:*',
  '&shop:*',
  '-@all',
  '+hello',
  '+auth',
  '+ping',
  '+info',
  '+client',
  ...COMMANDS.split(' '),
);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

it.each(Object.entries(clients))('%s works with the least rights', async (_, open) => {
  const user = { username: 'locks', password: 'secret' };
  const [one, two] = [await open(server.port, user), await open(server.port, user)];
  const [here, there] = [one, two].map(({ client }) => new RedisLocks(client, { prefix: 'shop', lease: 1000 }));
  const [near, far] = [here as RedisLocks, there as RedisLocks];
  const lease = await near.mutex('x').acquire();
  const waiting = far.mutex('x').acquire();
  await new Promise((resolve) => void setTimeout(resolve, 800));
  lease.check();
  await lease.release();
  await (await waiting).release();
  await near.semaphore('s', 2).sandbox(() => far.semaphore('s', 2).sandbox(() => {}));
  const writing = await near.readWriteLock('l').write.acquire();
  await (await writing.downgrade()).release();
  expect((await near.mutex('x').state()).holders).toEqual([]);
  const alien = new RedisLocks(one.client, { prefix: 'other', lease: 1000 });
  const error = await alien
    .mutex('x')
    .tryAcquire()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreError);
  expect(JSON.stringify([String(error), (error as Error).cause, String((error as Error).cause)])).not.toContain(
    'secret',
  );
  await Promise.all([near.close(), far.close(), alien.close()]);
  one.close();
  two.close();
});

it('keeps hostile names apart, under keys of its own', async () => {
  const before = await operator.keys('*');
  const locks = new RedisLocks(operator, { prefix: 'hostile', lease: 1000 });
  const names = [
    '}',
    '{',
    '{}',
    '}{',
    'a}:s',
    'a',
    'a ',
    ' a',
    '%7d',
    '%',
    '"',
    "'",
    '\n',
    '\r\nDEL x',
    ']]',
    'é',
    '🔒',
    'm:a',
    ':s',
  ];
  const leases = [];
  for (const name of names) {
    leases.push(await locks.mutex(name).acquire({ timeout: 500 }));
    leases.push(await locks.semaphore(name, 1).acquire({ timeout: 500 }));
    leases.push(await locks.readWriteLock(name).write.acquire({ timeout: 500 }));
  }
  // Each waits for its own holder, and is told of it by name.
  const other = new RedisLocks(operator, { prefix: 'hostile', lease: 1000 });
  const waits = names.map((name) => other.mutex(name).acquire());
  await new Promise((resolve) => void setTimeout(resolve, 100));
  await Promise.all(leases.map((lease) => lease.release()));
  await Promise.all((await Promise.all(waits)).map((lease) => lease.release()));
  const keys = (await operator.keys('*')).filter((key) => !before.includes(key));
  expect(keys.length).toBe(3 * names.length);
  expect(keys.every((key) => key.startsWith('hostile:{'))).toBe(true);
  await Promise.all([locks.close(), other.close()]);
});

it('uses the same keys whatever options a client has', async () => {
  const prefixed = new Redis({ port: server.port, host: '127.0.0.1', keyPrefix: 'app:', stringNumbers: true });
  const [locks, plain] = [prefixed, operator].map((client) => new RedisLocks(client, { prefix: 'same' }));
  const lease = await (locks as RedisLocks).mutex('x').acquire();
  expect(lease.token).toBeTypeOf('number');
  expect(await (plain as RedisLocks).mutex('x').tryAcquire()).toBeUndefined();
  await lease.release();
  await Promise.all([locks?.close(), plain?.close()]);
  prefixed.disconnect();
});
