// Locks work under any default isolation level, and whatever options a client has.
import { type PostgresClient, type PostgresConnection, PostgresLocks } from '@valvekit/postgres';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { open } from './clients.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgres } from './postgres-environment.ts';

const PROCESSES = 4;
const ROUNDS = 20;
const server = await startPostgres();
afterAll(() => server.stop());

describe.each(['repeatable read', 'serializable'])('with %s by default', (level) => {
  it('keeps exclusion and the order of tokens, and everybody gets a turn', async () => {
    await server.query(DATABASE, `alter role ${roles.runtime} set default_transaction_isolation = '${level}'`);
    onTestFinished(() => server.query(DATABASE, `alter role ${roles.runtime} reset all`).then(() => {}));
    let [inside, most, last] = [0, 0, 0];
    const names = Object.keys(postgresClients);
    const work = Array.from({ length: PROCESSES }, async (_, i) => {
      const opened = await open(names[i % names.length] as string, server.port);
      // Strict order, so that each round goes to the server.
      const locks = opened.locks({ passes: 0 });
      for (let round = 0; round < ROUNDS; round++) {
        await locks.mutex('isolated').sandbox(async ({ token }) => {
          most = Math.max(most, ++inside);
          expect(token).toBeGreaterThan(last);
          last = token;
          await new Promise((resolve) => void setTimeout(resolve, 1));
          inside--;
        });
      }
      await locks.close();
      await opened.close();
    });
    await Promise.all(work);
    expect(most).toBe(1);
  });
});

/** Clients with options that change what comes back. */
const odd: Record<string, () => { client: PostgresClient; end: () => unknown }> = {
  'pg with numbers as bigints and other types of its own': () => {
    const types = {
      getTypeParser: (oid: number) => (value: string) => (oid === 20 ? BigInt(value) : value),
    } as unknown as pg.CustomTypesConfig;
    const pool = new pg.Pool({ ...server.address(), max: 2, types });
    return { client: pool, end: () => pool.end() };
  },
  'a single client of pg': () => {
    const client = new pg.Client(server.address());
    void client.connect();
    return { client, end: () => client.end() };
  },
  'postgres with types, transforms and prepared statements': () => {
    const sql = postgres({
      ...server.address(),
      max: 2,
      transform: postgres.camel,
      types: { bigint: postgres.BigInt },
      prepare: true,
    });
    return { client: sql, end: () => sql.end() };
  },
  'an object of its own': () => {
    const pool = new pg.Pool({ ...server.address(), max: 2 });
    const listener = new pg.Client(server.address());
    const client: PostgresConnection = {
      query: (text, values) => pool.query(text, [...values]),
      async listen(channel, message, up) {
        await listener.connect();
        listener.on('notification', ({ payload }) => message(payload ?? ''));
        await listener.query(`listen "${channel}"`);
        up();
        return () => listener.end();
      },
    };
    return { client, end: () => pool.end() };
  },
};

it.each(Object.entries(odd))('%s: hands over, counts, and shows the state', async (_, make) => {
  const [one, two] = [make(), make()];
  const [here, there] = [one, two].map(
    ({ client }) => new PostgresLocks(client, { prefix: 'odd', durability: 'memory' }),
  );
  const [near, far] = [here as PostgresLocks, there as PostgresLocks];
  const lease = await near.semaphore('s', 5).acquire({ permits: 3, priority: -1.5 });
  expect(lease.token).toBeTypeOf('number');
  const waiting = far.semaphore('s', 5).acquire({ permits: 3 });
  while ((await near.semaphore('s', 5).state()).waiting === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await far.semaphore('s', 5).state()).holders).toMatchObject([{ permits: 3, token: lease.token }]);
  await lease.release();
  await (await waiting).release();
  await Promise.all([near.close(), far.close()]);
  await Promise.all([one.end(), two.end()]);
});
