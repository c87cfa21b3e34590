// What the tests of the migrations to PostgreSQL have in common: pools and locks that end with the test, on a server of their
// own.
import { PostgresLocks } from '@valvekit/postgres';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { afterAll, onTestFinished } from 'vitest';
import { startPostgres } from './postgres-environment.ts';

export const server = await startPostgres();
await server.query(DATABASE, `alter schema public owner to ${roles.owner}`);
export const operator = new pg.Pool({ ...server.address(roles.operator), database: DATABASE }).on('error', () => {});
afterAll(async () => {
  await operator.end();
  await server.stop();
});

export function connect(options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ ...server.address(roles.owner), ...options }).on('error', () => {});
  // A test may end while something still holds a connection.
  onTestFinished(() => void pool.end());
  return pool;
}

export function locksOf(pool: pg.Pool, lease = 60_000): PostgresLocks {
  const locks = new PostgresLocks(pool, { lease });
  onTestFinished(() => locks.close({ timeout: 0 }));
  return locks;
}

/** How many rows a condition on a view or table finds. */
export async function count(text: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await operator.query(`select count(*)::integer as found from ${text}`, [...values]);
  return rows[0].found;
}
