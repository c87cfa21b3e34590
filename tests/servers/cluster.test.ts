// Three masters. A script there counts the listeners of its own node only, while messages go to all.
import { GlideClusterClient, Logger } from '@valkey/valkey-glide';
import { type RedisClient, RedisLocks } from '@valvekit/redis';
import type { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lossOf, prefix, until } from './environment.ts';
import type { OpenedRedis } from './redis-clients.ts';
import { operatorOf, startServer } from './redis-environment.ts';

Logger.setLoggerConfig('off');

const LEASE = 3000;
const SLOTS = 16_384;
const masters: RedisServer[] = [];

beforeAll(async () => {
  for (let i = 0; i < 3; i++) masters.push(await startServer(['--save', '', '--cluster-enabled', 'yes']));
  const operators = masters.map(({ port }) => operatorOf(port));
  const [first] = masters as [RedisServer];
  await Promise.all(
    operators.map(async (operator, i) => {
      const [from, to] = [i, i + 1].map((at) => Math.round((at * SLOTS) / 3)) as [number, number];
      await operator.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to - 1));
      await operator.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
    }),
  );
  for (const operator of operators) {
    await until(async () => {
      const info = String(await operator.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
    });
    operator.disconnect();
  }
});
afterAll(() => Promise.all(masters.map((master) => master.stop())));

const nodes = (): { host: string; port: number }[] => masters.map(({ port }) => ({ host: '127.0.0.1', port }));

const clusters: Readonly<Record<string, () => Promise<OpenedRedis>>> = {
  async 'ioredis 6'() {
    const client = new Cluster(nodes()).on('error', () => {});
    return { client, close: () => client.disconnect() };
  },
  async 'redis 6'() {
    const rootNodes = nodes().map((socket) => ({ socket }));
    const client = createCluster({ rootNodes }).on('error', () => {});
    await client.connect();
    return { client: client as unknown as RedisClient, close: () => client.destroy() };
  },
  async 'valkey-glide'() {
    const client = await GlideClusterClient.createClient({ addresses: nodes() });
    return { client, close: () => client.close() };
  },
};

async function familyOf(name: string): Promise<RedisLocks> {
  const { client, close } = await (clusters[name] as () => Promise<OpenedRedis>)();
  const locks = new RedisLocks(client, { prefix, lease: LEASE, passes: 0 });
  onTestFinished(async () => {
    await locks.close({ timeout: 0 });
    close();
  });
  return locks;
}

describe.each(Object.keys(clusters))('%s: a cluster', (name) => {
  it('never has two inside, on any node', async () => {
    const families = [await familyOf(name), await familyOf(name), await familyOf(name)];
    // Names that are spread over the nodes.
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        let [inside, most, count] = [0, 0, 0];
        const tokens: number[] = [];
        const enter = async (locks: RedisLocks): Promise<void> => {
          await locks.mutex(`${name} ${i}`).sandbox(async ({ token }) => {
            most = Math.max(most, ++inside);
            tokens.push(token);
            await new Promise((resolve) => void setTimeout(resolve, 1));
            count++;
            inside--;
          });
        };
        await Promise.all(Array.from({ length: 30 }, (_, at) => enter(families[at % 3] as RedisLocks)));
        expect([most, count]).toEqual([1, 30]);
        expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
      }),
    );
  });

  it('gets past a dead waiter after a lease at most', async () => {
    const [one, two] = [await familyOf(name), await familyOf(name)];
    const { client, close } = await (clusters[name] as () => Promise<OpenedRedis>)();
    const dead = new RedisLocks(client, { prefix, lease: LEASE });
    const lease = await one.mutex(`${name} dead`).acquire();
    dead
      .mutex(`${name} dead`)
      .acquire()
      .catch(() => {});
    await until(async () => (await one.mutex(`${name} dead`).state()).waiting === 1);
    const waiting = two.mutex(`${name} dead`).acquire();
    await until(async () => (await one.mutex(`${name} dead`).state()).waiting === 2);
    close();
    await dead.close({ timeout: 0 });
    await lease.release();
    await (await waiting).release();
  });

  it('keeps read/write locks and semaphores, and downgrades', async () => {
    const [one, two] = [await familyOf(name), await familyOf(name)];
    const writing = await one.readWriteLock(name).write.acquire();
    const reading = two.readWriteLock(name).read.acquire();
    const mine = await writing.downgrade();
    await (await reading).release();
    await mine.release();
    const permits = [one, two].map((locks) => locks.semaphore(name, 2).acquire());
    const leases = await Promise.all(permits);
    expect(await one.semaphore(name, 2).tryAcquire()).toBeUndefined();
    await Promise.all(leases.map((lease) => lease.release()));
  });
});

it('tells the holders of a master that is cut off', async () => {
  const locks = await familyOf('ioredis 6');
  const names = Array.from({ length: 12 }, (_, i) => `cut off ${i}`);
  const leases = await Promise.all(names.map((name) => locks.mutex(name).acquire()));
  for (const master of masters) master.signal('SIGSTOP');
  onTestFinished(() => {
    for (const master of masters) master.signal('SIGCONT');
  });
  const reasons = await Promise.all(leases.map(async ({ signal }) => (await lossOf(signal)).why));
  for (const why of reasons) expect(['silent', 'late']).toContain(why);
  for (const master of masters) master.signal('SIGCONT');
});
