// What only a pool and a LISTEN connection can do to locks.
import type { PostgresConnection } from '@valvekit/postgres';
import { PostgresLocks } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connectionOf } from '../../packages/postgres/src/clients/clients.ts';
import { type AnyLocks, family } from './clients.ts';
import { isLong, sleep, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgres } from './postgres-environment.ts';

// So long that no test waits for its end.
const LEASE = 600_000;
const server = await startPostgres(engines[0]);
afterAll(() => server.stop());

/** Sessions that live show that their processes do; each has the lock of its own. */
async function sessions(): Promise<number[]> {
  const rows = await server.query(
    DATABASE,
    "select pid from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'",
  );
  return rows.map(({ pid }) => Number(pid));
}

/** Three that use the same lock, and who has got it so far: the first one holds it, and the others wait in order. */
async function three(ports: readonly number[]) {
  const families = await Promise.all(
    ports.map((port) => family('pg', port, onTestFinished, { lease: LEASE, passes: 0 })),
  );
  const entered: number[] = [];
  const enter = async (i: number): Promise<() => Promise<void>> => {
    const lease = await (families[i] as AnyLocks).mutex('line').acquire();
    entered.push(i);
    return () => lease.release();
  };
  const waiting = (n: number): Promise<void> =>
    until(async () => (await (families[0] as AnyLocks).mutex('line').state()).waiting === n);
  const leave = await enter(0);
  const first = enter(1);
  await waiting(1);
  const second = enter(2);
  await waiting(2);
  return { entered, enter, waiting, leave, first, second };
}

it('keeps the places of those whose sessions end and come back', async () => {
  const { entered, leave, first, second } = await three([server.port, server.port, server.port]);
  const ended = await sessions();
  expect(ended).toHaveLength(3);
  await server.query(DATABASE, `select pg_terminate_backend(pid) from unnest('{${ended.join()}}'::int[]) as pid`);
  await until(async () => (await sessions()).filter((pid) => !ended.includes(pid)).length === 3);
  await leave();
  await first.then((end) => end());
  await second.then((end) => end());
  expect(entered).toEqual([0, 1, 2]);
});

it('skips a waiter at once whose session is gone, and lets it have its old place when it returns', async () => {
  const proxy = await FaultyProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  const { entered, enter, waiting, leave, first, second } = await three([server.port, proxy.port, server.port]);
  const third = enter(0);
  await waiting(3);
  proxy.refuses = true;
  proxy.reset();
  await until(async () => (await sessions()).length === 2);
  await leave();
  const end = await second;
  proxy.heal();
  await waiting(2);
  await end();
  await first.then((end) => end());
  await third.then((end) => end());
  expect(entered).toEqual([0, 2, 1, 0]);
});

it('uses a pool and one connection, however many wait', async () => {
  const locks = await family('pg', server.port, onTestFinished, { lease: 60_000, passes: 0 });
  const lease = await locks.mutex('many').acquire();
  const waits = Array.from({ length: 300 }, () => locks.mutex('many').acquire());
  await until(async () => (await locks.mutex('many').state()).waiting === 300);
  const rows = await server.query(DATABASE, "select 1 from pg_stat_activity where usename = 'locks'");
  expect(rows.length).toBeLessThanOrEqual(5);
  await lease.release();
  const tokens: number[] = [];
  for (const wait of waits) {
    const next = await wait;
    tokens.push(next.token);
    await next.release();
  }
  // First come, first served.
  expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
});

it('forgets what crashed processes have left a day ago, and nothing that a fenced transaction keeps', async () => {
  const run = (...statements: string[]) => server.query(DATABASE, ...statements);
  const ask = (name: string, id: string): string =>
    `select valvekit.ask_v1('${name}', 1, true, 60000000, 0, 0, 'x', false, '', '${id} 1 0 0 1', false)`;
  const threeDaysLater = `update valvekit.lock set day = day - 3, soonest = 1 where key in ('left', 'kept');
    update valvekit.hold set until = 1 where key in ('left', 'kept');
    update valvekit.waiter set alive = 1 where key in ('left', 'kept')`;
  const rows = (table: string) => run(`select key from valvekit.${table} where key in ('left', 'kept')`);
  await run(ask('left', 'x:1'), ask('left', 'x:2'), ask('kept', 'x:3'), ask('kept', 'x:4'));
  const tx = new pg.Client(server.address());
  await tx.connect();
  onTestFinished(() => tx.end());
  await tx.query('begin');
  await tx.query("select valvekit.fence_v1('kept', 'x:3')");
  await run(threeDaysLater, ask('new', 'x:5'));
  expect(await Promise.all(['lock', 'hold', 'waiter'].map(rows))).toEqual([[{ key: 'kept' }], [{ key: 'kept' }], []]);
  await tx.query('commit');
  await run(threeDaysLater, ask('newer', 'x:6'));
  expect(await Promise.all(['lock', 'hold', 'waiter'].map(rows))).toEqual([[], [], []]);
});

/** Loses statements or their answers, delays them, or sends them twice. */
function lossy(connection: PostgresConnection, random: () => number): PostgresConnection {
  return {
    ...connection,
    async query(text, values) {
      const fate = random();
      if (fate < 0.04) throw new Error('The statement was lost');
      if (fate < 0.08) {
        await connection.query(text, values);
        throw new Error('The answer was lost');
      }
      if (fate < 0.12) {
        const late = sleep(random() * 300).then(() => connection.query(text, values));
        late.catch(() => {});
        throw new Error('The statement was lost, and arrives late');
      }
      if (fate < 0.3) await sleep(random() * 20);
      return connection.query(text, values);
    },
    listen: (channel, message, up) => {
      // Some messages are lost, others are late.
      const hear = (text: string): void => {
        const fate = random();
        if (fate < 0.1) return;
        if (fate < 0.3) setTimeout(() => message(text), random() * 50);
        else message(text);
      };
      return connection.listen(channel, hear, up);
    },
  };
}

it('keeps its promises on a network that loses, repeats and delays', async () => {
  const ROUNDS = isLong ? 400 : 60;
  let seed = 7;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  let [inside, most, last, done] = [0, 0, 0, 0];
  const work = Array.from({ length: 4 }, async (_, i) => {
    const name = i % 2 === 0 ? 'pg' : 'postgres';
    const { client, close } = await (postgresClients[name] as (typeof postgresClients)[string])(server.port);
    const locks = new PostgresLocks(lossy(connectionOf(client), random), { lease: 3000, passes: i < 2 ? 0 : 4 });
    for (let round = 0; round < ROUNDS; round++) {
      const timeout = random() < 0.2 ? random() * 40 : 60_000;
      try {
        await locks.mutex('lossy').sandbox(
          async (lease) => {
            most = Math.max(most, ++inside);
            expect(lease.token).toBeGreaterThan(last);
            last = lease.token;
            await sleep(random() * 4);
            inside--;
            done++;
          },
          { timeout },
        );
      } catch (error) {
        // Given up, or lost its answer where that cannot be repeated.
        expect((error as Error).name).toMatch(/TimeoutError|StoreError/);
      }
    }
    await locks.close();
    await close();
  });
  await Promise.all(work);
  expect(most).toBe(1);
  expect(done).toBeGreaterThan(2 * ROUNDS);
  // Nobody is left in the tables once the leases are over.
  await until(async () => {
    const locks = await family('pg', server.port, onTestFinished, { prefix: 'valvekit' });
    const lease = await locks.mutex('lossy').acquire();
    await lease.release();
    const { holders, waiting } = await locks.mutex('lossy').state();
    return holders.length + waiting === 0;
  });
});
