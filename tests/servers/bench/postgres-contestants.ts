import { createRequire } from 'node:module';
import { PostgresLocks, type PostgresLocksOptions } from '@valvekit/postgres';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import type { Contestant } from './contestants.ts';

// A CommonJS module with a default of its own.
const { default: advisoryLock } = createRequire(import.meta.url)('advisory-lock') as typeof import('advisory-lock');

function poolOf(port: number, max: number): pg.Pool {
  return new pg.Pool({ host: '127.0.0.1', port, user: roles.runtime, database: DATABASE, max });
}

function ours(port: number, options: PostgresLocksOptions): Contestant {
  const pool = poolOf(port, 4);
  const locks = new PostgresLocks(pool, options);
  return {
    run: (name, fn) => locks.mutex(name).sandbox(fn),
    async close() {
      await locks.close();
      await pool.end();
    },
  };
}

/** Advisory locks of sessions, on connections of a pool. */
function advisory(port: number, max: number): Contestant {
  const pool = poolOf(port, max);
  return {
    async run(name, fn) {
      const client = await pool.connect();
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
      await fn();
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      client.release();
    },
    close: () => pool.end(),
  };
}

/** Makes each contestant, once for each process. */
export const postgresContestants: Readonly<Record<string, (port: number) => Contestant>> = {
  'advisory, a connection each': (port) => advisory(port, 100),
  'advisory-lock': (port) => {
    const url = `postgres://${roles.runtime}@127.0.0.1:${port}/${DATABASE}`;
    const lock = advisoryLock(url);
    return {
      run: async (name, fn) => void (await lock(name).withLock(async () => fn())),
      close() {},
    };
  },
  'valvekit, commit': (port) => ours(port, {}),
  'valvekit, commit, passes: 0': (port) => ours(port, { passes: 0 }),
  'valvekit, memory': (port) => ours(port, { durability: 'memory' }),
  'valvekit, memory, passes: 0': (port) => ours(port, { durability: 'memory', passes: 0 }),
};
