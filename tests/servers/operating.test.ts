// What the operator's page says about PostgreSQL: the roles and their rights, the SQL file, and how everything is removed.
import { readFileSync } from 'node:fs';
import { PostgresLocks, StoreError } from '@valvekit/postgres';
import { DATABASE, PostgresServer } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const [, before = '', after = ''] =
  /```sql\n(create role [^`]*?)--[^\n]*locks_owner:\n([^`]*)```/.exec(read('docs/guide/operating.md')) ?? [];

const server = await PostgresServer.start();
const [owner, app, stranger] = ['locks_owner', 'app', 'stranger'].map((user) => new pg.Pool(server.address(user)));
const pools = [owner, app, stranger] as [pg.Pool, pg.Pool, pg.Pool];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
});

it('the roles of the page are enough, and no more than enough', async () => {
  const [owner, app, stranger] = pools;
  await server.query(DATABASE, before.replace('database shop', `database ${DATABASE}`), 'create role stranger login');
  await owner.query(read('packages/postgres/install.sql'));
  await owner.query(after);

  const locks = new PostgresLocks(app);
  await locks.install(); // It is there: nothing to do, and nothing needs a right.
  const lease = await locks.readWriteLock('stock').write.acquire();
  const tx = await app.connect();
  await tx.query('begin');
  await locks.fence(tx, lease);
  await tx.query('commit');
  tx.release();
  expect((await locks.readWriteLock('stock').write.state()).holders).toHaveLength(1);
  await (await lease.downgrade()).release();
  await locks.close();

  for (const table of ['lock', 'hold', 'waiter', 'ended']) {
    await expect(app.query(`select from valvekit.${table}`)).rejects.toThrow('permission denied');
    await owner.query(`select from valvekit.${table}`);
  }
  const none = new PostgresLocks(stranger);
  await expect(none.mutex('stock').tryAcquire()).rejects.toBeInstanceOf(StoreError);
  await none.close({ timeout: 0 });
});

it('dropping the schema removes everything', async () => {
  const [owner, app] = pools;
  await owner.query('drop schema valvekit cascade');
  const locks = new PostgresLocks(app);
  await expect(locks.mutex('stock').tryAcquire()).rejects.toThrow('Run "await locks.install()"');
  await locks.close({ timeout: 0 });
});
