// Checks the differences listed in docs/migration/locks-table.md, on such a table and on our locks. The laws show the order.
import { type FencedLease, LeaseLostError, PostgresLocks, type RemoteLock } from '@valvekit/postgres';
import type pg from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { lossOf, sleep, until } from './environment.ts';
import { connect, locksOf, operator } from './postgres-migrating.ts';

const TRY = `
  insert into locks values ($1, $2, now() + $3::interval)
  on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
  where locks.expires_at < now()`;

beforeAll(async () => {
  await operator.query(`
    create table locks (name text primary key, owner text not null, expires_at timestamptz not null);
    create table ledger (entry text);
    grant all on locks, ledger to owner`);
});

async function isTaken(pool: pg.Pool, name: string, owner: string, lasts = '30 seconds'): Promise<boolean> {
  return (await pool.query(TRY, [name, owner, lasts])).rowCount === 1;
}

/** Locks whose holds end soon, because nobody renews them. */
function brief(pool: pg.Pool, maxHold = 1): PostgresLocks {
  const locks = new PostgresLocks(pool, { lease: 1000, maxHold });
  onTestFinished(() => locks.close({ timeout: 0 }));
  return locks;
}

/** Holds a lock with a check that succeeds. */
async function checked(mutex: RemoteLock): Promise<FencedLease> {
  for (;;) {
    const lease = await mutex.acquire();
    try {
      lease.check();
      return lease;
    } catch {
      // This process was paused for longer than `maxHold`.
    }
  }
}

it('a call that waits asks again and again; ours is told', async () => {
  const pool = connect();
  let asked = 0;
  await isTaken(pool, 'polled', 'Ann');
  const polls = async () => {
    while (!(await isTaken(pool, 'polled', 'Ben'))) {
      asked++;
      await sleep(10);
    }
  };
  const waiting = polls();
  await until(() => asked >= 5);
  await pool.query("delete from locks where name = 'polled' and owner = 'Ann'");
  await waiting;

  const sends = connect();
  let sent = 0;
  const query = sends.query.bind(sends) as (text: string, values: unknown[]) => Promise<pg.QueryResult>;
  sends.query = ((text: string, values: unknown[]) => {
    sent++;
    return query(text, values);
  }) as typeof sends.query;
  const mutex = locksOf(connect()).mutex('told');
  const lease = await mutex.acquire();
  const after = locksOf(sends).mutex('told').acquire();
  await until(async () => (await mutex.state()).waiting === 1);
  const before = sent;
  await sleep(200);
  expect(sent).toBe(before);
  await lease.release();
  await (await after).release();
});

it('work that takes longer than the expiry overlaps; ours is renewed', async () => {
  const pool = connect();
  await isTaken(pool, 'long', 'Ann', '10 milliseconds');
  await until(() => isTaken(pool, 'long', 'Ben'));

  const mutex = locksOf(connect(), 1000).mutex('long');
  const lease = await mutex.acquire();
  const { since, until: end } = (await mutex.state()).holders[0] as { since: Date; until: Date };
  await until(async () => Number((await mutex.state()).holders[0]?.until) > end.getTime());
  expect(since.getTime()).toBeLessThan(end.getTime());
  await lease.release();
});

it('a check before a write can come too early; a fence cannot', async () => {
  const pool = connect();
  await isTaken(pool, 'checked', 'Ann', '50 milliseconds');
  const { rows } = await pool.query("select owner = 'Ann' as is_mine from locks where name = 'checked'");
  expect(rows[0].is_mine).toBe(true);
  await until(() => isTaken(pool, 'checked', 'Ben'));
  // Ann has checked, and writes although Ben is inside.
  await pool.query("insert into ledger values ('Ann, late')");

  const locks = brief(pool, 100);
  const lease = await checked(locks.mutex('checked'));
  const next = await locksOf(connect()).mutex('checked').acquire();
  const tx = await pool.connect();
  await tx.query('begin');
  await expect(locks.fence(tx, lease)).rejects.toBeInstanceOf(LeaseLostError);
  await expect(tx.query("insert into ledger values ('stale')")).rejects.toThrow('aborted');
  await tx.query('rollback');
  tx.release();
  await next.release();
});

it('a fenced transaction keeps others out until it has ended, even past the lease', async () => {
  const pool = connect();
  const locks = locksOf(pool, 3000);
  const lease = await locks.mutex('kept').acquire();
  const tx = await pool.connect();
  await tx.query('begin');
  await locks.fence(tx, lease);
  // Nothing that is sent from now on arrives, so that nobody renews the lease.
  pool.query = () => new Promise<never>(() => {});
  const order: string[] = [];
  const next = locksOf(connect())
    .mutex('kept')
    .sandbox(() => order.push('next'));
  await lossOf(lease.signal);
  await until(
    async () =>
      (await operator.query('select from valvekit.hold where until < $1', [Date.now() * 1000])).rowCount === 1,
  );
  order.push('commit');
  await tx.query('commit');
  tx.release();
  await next;
  expect(order).toEqual(['commit', 'next']);
});

it('a delete without the owner ends the lock of somebody else; a release of ours does not', async () => {
  const pool = connect();
  await isTaken(pool, 'deleted', 'Ann', '10 milliseconds');
  await until(() => isTaken(pool, 'deleted', 'Ben'));
  // Ann has finished.
  await pool.query("delete from locks where name = 'deleted'");
  expect(await isTaken(pool, 'deleted', 'Cem')).toBe(true);

  const lease = await brief(connect()).mutex('deleted').acquire();
  const next = await locksOf(connect()).mutex('deleted').acquire();
  await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
  expect(await locksOf(connect()).mutex('deleted').tryAcquire()).toBeUndefined();
  await next.release();
});

it('a client whose clock is ahead takes a lock that is held, if its clock decides', async () => {
  const pool = connect();
  await isTaken(pool, 'ahead', 'Ann');
  const its = new Date(Date.now() + 3_600_000);
  const { rowCount } = await pool.query(
    `insert into locks values ('ahead', 'Ben', $1) on conflict (name) do update
     set owner = excluded.owner where locks.expires_at < $1`,
    [its],
  );
  expect(rowCount).toBe(1);
});
