// The access list of the docs is the smallest, errors tell no secrets, and names cannot get out of the prefix.
import { RedisLocks, StoreError } from '@valvekit/redis';
import type { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { prefix, until } from './environment.ts';
import { redisClients as clients } from './redis-clients.ts';
import { family, grant, operatorOf, rights, startServer, user } from './redis-environment.ts';

const server = await startServer();
const operator = operatorOf(server.port);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await operator.flushall();
  await grant(operator);
});

function open(name: string, as: { username: string; password: string } = user) {
  return (clients[name] as (typeof clients)[string])(server.port, as);
}

/** What the server has refused to the user since the last look: commands, keys and channels. */
async function refusals(log: Redis): Promise<string[]> {
  const entries = (await log.acl('LOG')) as string[][];
  await log.acl('LOG', 'RESET');
  return entries.map((entry) => String(entry[entry.indexOf('object') + 1]));
}

/** Uses every command. Fails where one is missing, or waits in vain. */
async function useAll(name: string, timeout: number): Promise<void> {
  const [one, two] = [await open(name), await open(name)];
  const [here, there] = [one, two].map(({ client }) => new RedisLocks(client, { prefix, lease: 60_000 }));
  const [near, far] = [here as RedisLocks, there as RedisLocks];
  await operator.script('FLUSH');
  const wait = { timeout };
  try {
    const lease = await near.mutex('x').acquire(wait);
    const waiting = far.mutex('x').acquire(wait);
    waiting.catch(() => {});
    await expect(far.mutex('x').acquire({ timeout: 100 })).rejects.toThrow();
    await lease.release();
    await (await waiting).release();
    const writing = await near.readWriteLock('l').write.acquire(wait);
    await (await writing.downgrade()).release();
    // The request that timed out may still have had its turn.
    await until(async () => (await near.mutex('x').state()).holders.length === 0);
  } finally {
    await Promise.all([near.close({ timeout: 0 }), far.close({ timeout: 0 })]);
    one.close();
    two.close();
  }
}

describe.each(Object.keys(clients))('%s: rights', (name) => {
  it('needs nothing that is not in the list', async () => {
    await refusals(operator);
    await useAll(name, 60_000);
    // What newer servers hear when a client introduces itself, which it may do without.
    expect((await refusals(operator)).filter((each) => each !== 'client|setinfo')).toEqual([]);
  });

  it('refuses what is outside the prefix with a StoreError, which tells no secret', async () => {
    const { client, close } = await open(name);
    const alien = new RedisLocks(client, { prefix: 'other', lease: 1000 });
    await expect(alien.mutex('x').tryAcquire()).rejects.toBeInstanceOf(StoreError);
    // A wait would go on if the network had failed.
    const error = await alien
      .mutex('x')
      .acquire()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as Error).cause).toBeInstanceOf(Error);
    const told = [error, (error as Error).cause].flatMap((each) => {
      return [String(each), (each as Error).stack, JSON.stringify(each), Reflect.ownKeys(each as object).join()];
    });
    expect(told.join('\n')).not.toContain(user.password);
    expect(told.join('\n')).not.toMatch(/EVALSHA|args/);
    await alien.close({ timeout: 0 });
    close();
  });
});

const commands = rights.filter((right) => right.startsWith('+'));

// The last two are for the clients, as the docs say.
it.each(commands.filter((right) => right !== '+info' && right !== '+ping'))('the list needs %s', async (right) => {
  await grant(
    operator,
    rights.filter((each) => each !== right),
  );
  await refusals(operator);
  await useAll('redis 6', 2000).catch(() => {});
  const command = right.slice(1);
  expect((await refusals(operator)).map((each) => each.toLowerCase())).toContain(command);
});

it.each(['~shop:*', '&shop:*'])('the list needs %s', async (right) => {
  await grant(
    operator,
    rights.filter((each) => each !== right),
  );
  await refusals(operator);
  await useAll('redis 6', 2000).catch(() => {});
  expect(await refusals(operator)).toContainEqual(expect.stringMatching(/^shop:/));
});

it('keeps hostile names apart, under keys of its own', async () => {
  const names = ['}', '{', '{}', '}{', 'a}:s', 'a', 'a ', ' a', '%7d', '%', '"', "'", '\n', '\r\nDEL x', ']]', 'é'];
  names.push('🔒', 'm:a', ':s', '*', '?', '[a]', '\\', 'a'.repeat(512), '__proto__', '%s', '-inf');
  const before = await operator.keys('*');
  const locks = await family(clients['ioredis 6'] as (typeof clients)[string], server.port, onTestFinished);
  const leases = [];
  for (const name of new Set(names)) {
    leases.push(await locks.mutex(name).acquire());
    leases.push(await locks.semaphore(name, 1).acquire());
    leases.push(await locks.readWriteLock(name).write.acquire());
  }
  // Each waits for its own holder, and is told of it by name.
  const other = await family(clients['redis 6'] as (typeof clients)[string], server.port, onTestFinished);
  const waits = [...new Set(names)].map((name) => other.mutex(name).acquire());
  await Promise.all(leases.map((lease) => lease.release()));
  await Promise.all((await Promise.all(waits)).map((lease) => lease.release()));
  const keys = (await operator.keys('*')).filter((key) => !before.includes(key));
  expect(keys.filter((key) => key.endsWith(':s'))).toHaveLength(leases.length);
  expect(keys.every((key) => key.startsWith('shop:{'))).toBe(true);
});

it('keeps prefixes apart', async () => {
  const prefixes = ['a', 'a.', 'a-', 'A', 'a_', 'a.b'];
  const families = prefixes.map((each) => new RedisLocks(operator, { prefix: each, lease: 60_000 }));
  const leases = await Promise.all(families.map((each) => each.mutex('x').acquire()));
  expect(new Set(leases.map(({ token }) => token)).size).toBe(prefixes.length);
  await Promise.all(leases.map((lease) => lease.release()));
  await Promise.all(families.map((each) => each.close()));
});

it('uses the same keys whatever options a client has', async () => {
  const { Redis } = await import('ioredis');
  const prefixed = new Redis({ port: server.port, host: '127.0.0.1', keyPrefix: 'app:', stringNumbers: true });
  const [locks, plain] = [prefixed, operator].map((client) => new RedisLocks(client, { prefix: 'same' }));
  const lease = await (locks as RedisLocks).mutex('x').acquire();
  expect(lease.token).toBeTypeOf('number');
  expect(await (plain as RedisLocks).mutex('x').tryAcquire()).toBeUndefined();
  await lease.release();
  await Promise.all([locks?.close(), plain?.close()]);
  prefixed.disconnect();
});
