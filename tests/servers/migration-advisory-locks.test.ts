// Checks the differences listed in docs/migration/advisory-locks.md, on advisory locks and on ours.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { LeaseLostError, PostgresLocks } from '@valvekit/postgres';
import { roles } from '@valvekit-internal/servers/postgres-server';
import type pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lossOf, until } from './environment.ts';
import { connect, count, locksOf, operator, server } from './postgres-migrating.ts';

const { host, port, user, database } = server.address(roles.owner);
const address = `postgres://${user}@${host}:${port}/${database}`;
// Vite and Node disagree about what it exports by default.
const advisoryLock: typeof import('advisory-lock') = createRequire(import.meta.url)('advisory-lock');
const createMutex = advisoryLock.default(address);

const LOCK = 'select pg_advisory_lock(hashtext($1))';
const UNLOCK = 'select pg_advisory_unlock(hashtext($1)) as done';

/** The helper of the page. */
async function withLock<T>(pool: pg.Pool, name: string, fn: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(LOCK, [name]);
    return await fn();
  } finally {
    await client.query(UNLOCK, [name]);
    client.release();
  }
}

const waitingForAdvisory = "pg_locks where locktype = 'advisory' and not granted";

describe('connections', () => {
  const sessions = "pg_stat_activity where backend_type = 'client backend' and usename = 'owner'";

  it('are as many as there are callers; with ours, those of the pool and one that listens', async () => {
    const unlock = await createMutex('crowd').lock();
    const waits = Array.from({ length: 20 }, () => createMutex('crowd').withLock(async () => {}));
    await until(async () => (await count(waitingForAdvisory)) === 20);
    expect(await count(sessions)).toBe(21);
    await unlock();
    await Promise.all(waits);
    await until(async () => (await count(sessions)) === 0);

    const [mutex, other] = [locksOf(connect({ max: 2 })).mutex('crowd'), locksOf(connect({ max: 2 })).mutex('crowd')];
    const lease = await mutex.acquire();
    const later = Array.from({ length: 20 }, () => other.sandbox(() => {}));
    await until(async () => (await mutex.state()).waiting > 0);
    expect(await count(sessions)).toBeLessThanOrEqual(6);
    await lease.release();
    await Promise.all(later);
  });

  it('run out when callers that wait have all that holders need', async () => {
    const pool = connect({ max: 3, connectionTimeoutMillis: 500 });
    const inside: Promise<unknown>[] = [];
    const work = () => {
      const queried = pool.query('select 1');
      inside.push(queried);
      return queried;
    };
    const all = await Promise.allSettled([1, 2, 3].map(() => withLock(pool, 'hungry', work)));
    expect(all.some(({ status }) => status === 'rejected')).toBe(true);
    await expect(inside[0]).rejects.toThrow(/timeout/);

    const small = connect({ max: 1, connectionTimeoutMillis: 60_000 });
    const mutex = locksOf(small).mutex('hungry');
    await Promise.all([1, 2, 3].map(() => mutex.sandbox(() => small.query('select 1'))));
  });
});

it('a wait that is given up stays in the queue, and gets the lock; with ours it has left', async () => {
  const [pool, other] = [connect(), connect()];
  const holder = await pool.connect();
  await holder.query(LOCK, ['given up']);
  const client = await other.connect();
  const wait = client.query(LOCK, ['given up']);
  await expect(Promise.race([wait, Promise.reject(new Error('too long'))])).rejects.toThrow('too long');
  await holder.query(UNLOCK, ['given up']);
  await wait;
  const { rows } = await holder.query('select pg_try_advisory_lock(hashtext($1)) as has', ['given up']);
  expect(rows[0].has).toBe(false);
  holder.release();
  client.release(true);

  const mutex = locksOf(pool).mutex('given up');
  const lease = await mutex.acquire();
  const tooLong = new AbortController();
  const given = expect(locksOf(other).mutex('given up').acquire({ signal: tooLong.signal })).rejects.toBe('too long');
  await until(async () => (await mutex.state()).waiting === 1);
  tooLong.abort('too long');
  await given;
  await until(async () => (await mutex.state()).waiting === 0);
  await lease.release();
  await (await mutex.acquire({ timeout: 0 })).release();
});

it('hashtext gives different names one lock; ours are texts', async () => {
  const { rows } = await operator.query(`
    select min(n) as one, max(n) as other from (select 'order ' || i as n from generate_series(1, 300000) as i)
    group by hashtext(n) having count(*) > 1 limit 1`);
  const { one, other } = rows[0];
  expect(one).not.toBe(other);
  const [here, there] = [await connect().connect(), await connect().connect()];
  await here.query(LOCK, [one]);
  const tried = await there.query('select pg_try_advisory_lock(hashtext($1)) as has', [other]);
  expect(tried.rows[0].has).toBe(false);
  here.release(true);
  there.release(true);

  const locks = locksOf(connect());
  const lease = await locks.mutex(one).acquire();
  await (await locks.mutex(other).acquire({ timeout: 0 })).release();
  await lease.release();
});

it('two tasks on one connection both get the lock; with ours each has its turn', async () => {
  const client = await connect().connect();
  await client.query(LOCK, ['twice']);
  await client.query(LOCK, ['twice']);
  client.release(true);

  const mutex = locksOf(connect({ max: 1 })).mutex('twice');
  const lease = await mutex.acquire();
  expect(await mutex.tryAcquire()).toBeUndefined();
  await lease.release();
});

it('an unlock on another connection of the pool changes nothing', async () => {
  const pool = connect({ max: 2 });
  const [one, two] = [await pool.connect(), await pool.connect()];
  await one.query(LOCK, ['elsewhere']);
  const { rows } = await two.query(UNLOCK, ['elsewhere']);
  expect(rows[0].done).toBe(false);
  expect(await count("pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and granted")).toBeGreaterThan(
    0,
  );
  one.release(true);
  two.release(true);
});

describe('a connection that ends', () => {
  const END = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user}'`;

  it('lets others enter while the holder goes on; ours keeps its lock', async () => {
    const client = await connect().connect();
    client.on('error', () => {});
    await client.query(LOCK, ['cut']);
    await operator.query(END);
    const other = await connect().connect();
    await other.query(LOCK, ['cut']);
    client.release(true);
    other.release(true);

    const mutex = locksOf(connect()).mutex('cut');
    const lease = await mutex.acquire();
    await operator.query(END);
    expect(await locksOf(connect()).mutex('cut').tryAcquire()).toBeUndefined();
    lease.check();
    await lease.release();
  });

  it('ends a process that uses advisory-lock', async () => {
    const program = `
      const createMutex = require('advisory-lock').default('${address}');
      createMutex('fatal').withLock(() => new Promise(() => setInterval(() => {}, 1000)));`;
    const ended = new Promise<string>((resolve) => {
      const options = { cwd: import.meta.dirname };
      execFile(process.execPath, ['-e', program], options, (error, _, stderr) => resolve(error ? stderr : 'well'));
    });
    const held = `pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted and usename = $1`;
    await until(async () => (await count(held, [user])) > 0);
    await operator.query(END);
    expect(await ended).toContain("Unhandled 'error' event");
  });
});

it('a holder that hangs keeps the lock; ours until maxHold', async () => {
  const client = await connect().connect();
  await client.query(LOCK, ['hung']);
  // Nothing ever ends this: no lease, no limit.
  expect(await count("pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock'")).toBeGreaterThan(0);
  client.release(true);

  const locks = new PostgresLocks(connect(), { lease: 1000, maxHold: 1 });
  onTestFinished(() => locks.close({ timeout: 0 }));
  const lease = await locks.mutex('hung').acquire();
  await (await locksOf(connect()).mutex('hung').acquire()).release();
  // Or 'late', if this process was paused.
  expect(['expired', 'late']).toContain((await lossOf(lease.signal)).why);
  await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
});

it('the two kinds do not exclude each other', async () => {
  const unlock = await createMutex('both').lock();
  const lease = await locksOf(connect()).mutex('both').tryAcquire();
  expect(lease?.token).toBeGreaterThan(0);
  await lease?.release();
  await unlock();
});

it('tryLock and tryAcquire answer alike', async () => {
  const unlock = await createMutex('tried').tryLock();
  expect(await createMutex('tried').tryLock()).toBeUndefined();
  await unlock?.();

  const mutex = locksOf(connect()).mutex('tried');
  const lease = await mutex.tryAcquire();
  expect(await mutex.tryAcquire()).toBeUndefined();
  await lease?.release();
});
