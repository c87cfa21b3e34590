// A replica that has missed the last writes takes over: the lock is granted again, but the holder hears of it, and tokens
// still grow.
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { lossOf, prefix, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { redisClients as clients } from './redis-clients.ts';
import { family, operatorOf, startServer, user } from './redis-environment.ts';

const LEASE = 3000;
// By default a primary waits for more replicas before it sends its data.
const inMemory = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it.each(['ioredis 6', 'redis 6', 'valkey-glide'])('%s: a failover that has lost a grant', async (name) => {
  const primary = await startServer(inMemory);
  const replica = await startServer();
  // The clients' way to the primary, and the replica's.
  const [front, link] = [await FaultyProxy.start(primary.port), await FaultyProxy.start(primary.port)];
  ends.push(...[primary, replica, front, link].map((each) => () => each.stop()));
  const second = operatorOf(replica.port);
  ends.push(() => second.disconnect());
  await second.call('REPLICAOF', '127.0.0.1', String(link.port));

  const open = clients[name] as (typeof clients)[string];
  const [one, two] = [
    await family(open, front.port, onTestFinished, { lease: LEASE }),
    await family(open, front.port, onTestFinished, { lease: LEASE }),
  ];
  const first = await one.mutex('x').acquire();
  await first.release();
  await until(async () => (await second.hget(`${prefix}:{m:x}:s`, 'n')) === '0');
  // From now on the replica hears nothing.
  link.silence();
  const lost = await one.mutex('x').acquire();
  expect(lost.token).toBeGreaterThan(first.token);
  await primary.end('SIGKILL');
  await second.call('REPLICAOF', 'NO', 'ONE');
  front.lead(replica.port);
  const again = await two.mutex('x').acquire();
  expect(again.token).toBeGreaterThan(lost.token);
  expect(['taken', 'silent', 'late']).toContain((await lossOf(lost.signal)).why);
  await expect(lost.release()).rejects.toBe(lost.signal.reason);
  again.check();
  await again.release();
});

// valkey-glide does not even connect to a replica alone.
it.each(Object.keys(clients).filter((name) => name !== 'valkey-glide'))(
  '%s: refuses to lock on a replica',
  async (name) => {
    const { StoreError, RedisLocks } = await import('@valvekit/redis');
    const [primary, replica] = [await startServer(inMemory), await startServer()];
    ends.push(...[primary, replica].map((each) => () => each.stop()));
    const second = operatorOf(replica.port);
    ends.push(() => second.disconnect());
    await second.call('REPLICAOF', '127.0.0.1', String(primary.port));
    await until(async () => (await replica.info('replication')).includes('master_link_status:up'));
    const { client, close } = await (clients[name] as (typeof clients)[string])(replica.port, user);
    const locks = new RedisLocks(client, { prefix });
    const error = await locks
      .mutex('x')
      .acquire()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as Error).message).toMatch(/READONLY|ReadOnly/);
    await locks.close({ timeout: 0 });
    close();
  },
);
