// What only a pool and a LISTEN connection can do to locks.
import type { PostgresConnection } from '@valvekit/postgres';
import { PostgresLocks } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE } from '@valvekit-internal/servers/postgres-server';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connectionOf } from '../../packages/postgres/src/clients/clients.ts';
import { family } from './clients.ts';
import { isLong, sleep, until } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgres } from './postgres-environment.ts';

const LEASE = 3000;
const server = await startPostgres(engines[0]);
afterAll(() => server.stop());

it('skips a waiter at once whose session is gone, and lets it have its old place if it returns in time', async () => {
  const [one, two, three] = await Promise.all(
    [1, 2, 3].map(() => family('pg', server.port, onTestFinished, { lease: LEASE, passes: 0 })),
  );
  const [holding, first, second] = [one, two, three].map((locks) => locks?.mutex('line'));
  const lease = await holding?.acquire();
  const waits = [first?.acquire()];
  await until(async () => (await holding?.state())?.waiting === 1);
  waits.push(second?.acquire());
  await until(async () => (await holding?.state())?.waiting === 2);
  // Those that listen are made anew, and ask again.
  const rows = await server.query(
    DATABASE,
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'locks' and (query like '%pg_try_advisory_lock%' or query like 'listen%')",
  );
  expect(rows.length).toBeGreaterThanOrEqual(2);
  await until(async () => {
    const [{ n } = { n: 0 }] = await server.query(
      DATABASE,
      "select count(*)::int as n from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'",
    );
    return Number(n) >= 2;
  });
  await lease?.release();
  const next = await waits[0];
  await next?.release();
  const last = await waits[1];
  expect(last?.token).toBeGreaterThan(next?.token ?? 0);
  await last?.release();
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
    const locks = new PostgresLocks(lossy(connectionOf(client), random), { lease: 1000, passes: i < 2 ? 0 : 4 });
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
