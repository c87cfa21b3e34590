// An answer is given once its change is on disk; with durability: 'memory' before. Nothing else changes with the option.
import {
  connectionOf,
  type FencedLease,
  type PostgresConnection,
  PostgresLocks,
  type PostgresLocksOptions,
} from '@valvekit/postgres';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgres } from './postgres-environment.ts';

const server = await startPostgres();
afterAll(() => server.stop());

const SETTING = "select current_setting('synchronous_commit') as value";

/** Runs each statement in a transaction, and notes what it has set there, by the name of the function. */
async function noting(seen: Map<string, Set<unknown>>): Promise<PostgresConnection> {
  const client = new pg.Client(server.address());
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();
  const run = async (text: string, values: readonly unknown[]) => {
    await client.query('begin');
    const answer = await client.query(text, [...values]);
    const [, name = text] = /"\.(\w+)\(/.exec(text) ?? [];
    const { rows } = await client.query(SETTING);
    seen.set(name, (seen.get(name) ?? new Set()).add(rows[0].value));
    await client.query('commit');
    return answer;
  };
  const pool = new pg.Pool({ ...server.address(), max: 1 });
  onTestFinished(async () => {
    await last;
    // It has left nothing behind in the session.
    expect((await client.query(SETTING)).rows[0].value).toBe((await pool.query(SETTING)).rows[0].value);
    await client.end();
    await pool.end();
  });
  return {
    ...connectionOf(pool),
    query: (text, values) => {
      const next = last.then(() => run(text, values));
      last = next.catch(() => {});
      return next;
    },
  };
}

/** What each function sets, once all have been used, the short ways through them and the long ones. */
async function settings(options: PostgresLocksOptions): Promise<Record<string, unknown[]>> {
  const seen = new Map<string, Set<unknown>>();
  const connection = await noting(seen);
  const locks = new PostgresLocks(connection, { passes: 0, ...options });
  const lease = await locks.mutex('set').acquire();
  const waiting = locks.mutex('set').acquire();
  await until(async () => (await locks.mutex('set').state()).waiting === 1);
  await lease.release();
  await (await waiting).release();
  const writing = await locks.readWriteLock('set').write.acquire();
  await (await writing.downgrade()).release();
  await locks.close();
  return Object.fromEntries(Array.from(seen, ([name, values]) => [name, [...values]]));
}

describe.each(['on', 'off', 'local'])('synchronous_commit is %s by default', (value) => {
  it('and off in the functions that write, with "memory"', async () => {
    await server.query(DATABASE, `alter role ${roles.runtime} set synchronous_commit = ${value}`);
    expect(await settings({ durability: 'memory' })).toEqual({
      ask_v1: ['off'],
      release_v1: ['off'],
      renew_v1: ['off'],
      state_v1: [value],
    });
  });

  it('and never off in the functions that write, without', async () => {
    await server.query(DATABASE, `alter role ${roles.runtime} set synchronous_commit = ${value}`);
    const set = [value === 'off' ? 'local' : value];
    expect(await settings({})).toEqual({ ask_v1: set, release_v1: set, renew_v1: set, state_v1: [value] });
  });
});

describe.each(Object.keys(postgresClients))('%s, on a server that confirms no commit', (name) => {
  /** Statements that wait until their commit is confirmed. */
  const unconfirmed = async (): Promise<string[]> => {
    const rows = await server.query(DATABASE, "select query from pg_stat_activity where wait_event = 'SyncRep'");
    return rows.map(({ query }) => String(query));
  };

  it('locks answer with "memory" and only with that, and a transaction of the caller is confirmed as ever', async () => {
    await server.query(
      DATABASE,
      `alter role ${roles.runtime} reset all`,
      'create table if not exists data (value integer)',
      `grant all on data to ${roles.runtime}`,
      // Commits are confirmed by a standby that does not exist.
      "alter system set synchronous_standby_names = 'nobody'",
      'select pg_reload_conf()',
    );
    const { client, close } = await (postgresClients[name] as (typeof postgresClients)[string])(server.port);
    const other = await (postgresClients[name] as (typeof postgresClients)[string])(server.port);
    const fast = new PostgresLocks(client, { durability: 'memory', passes: 0, lease: 60_000 });
    const safe = new PostgresLocks(other.client, { lease: 60_000 });
    const acquiring: Promise<FencedLease>[] = [];
    await until(async () => {
      // The server has to notice first that its settings have changed.
      acquiring.push(safe.mutex(`safe ${acquiring.length}`).acquire());
      return (await unconfirmed()).some((query) => query.includes('ask_v1'));
    });

    const lease = await fast.mutex('fast').acquire();
    const waiting = fast.mutex('fast').acquire();
    await until(async () => (await fast.mutex('fast').state()).waiting === 1);
    await lease.release();
    const next = await waiting;
    const writing = await fast.readWriteLock('fast').write.acquire();
    await (await writing.downgrade()).release();

    const tx = new pg.Client(server.address());
    await tx.connect();
    await tx.query('begin');
    await fast.fence(tx, next);
    await tx.query('insert into data values (1)');
    const committing = tx.query('commit');
    await until(async () => (await unconfirmed()).includes('commit'));
    await next.release();

    await server.query(DATABASE, 'alter system reset synchronous_standby_names', 'select pg_reload_conf()');
    await committing;
    for (const lease of await Promise.all(acquiring)) await lease.release();
    await tx.end();
    await Promise.all([fast.close(), safe.close()]);
    await Promise.all([close(), other.close()]);
  });
});
