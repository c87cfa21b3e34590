// A transaction that shows its lease to the server commits under the lock, or not at all.
import { InvalidStateError, LeaseLostError } from '@valvekit/core';
import type { FencedLease, RemoteLock } from '@valvekit/lease';
import type { PostgresLocks, Transaction } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, type PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { family } from './clients.ts';
import { sleep, until } from './environment.ts';
import { startPostgres } from './postgres-environment.ts';

// Long enough that a slow machine loses no lease that it should keep.
const LEASE = 3000;
const servers = new Map(
  await Promise.all(engines.map(async (engine) => [engine, await startPostgres(engine)] as const)),
);
afterAll(() => Promise.all(Array.from(servers.values(), (server) => server.stop())));
for (const server of servers.values()) {
  await server.query(DATABASE, 'create table data (value integer)', `grant all on data to ${roles.runtime}`);
}

/** Runs a transaction, which commits if `run` succeeds. */
type Transact = (
  level: string,
  run: (tx: Transaction, write: (value: number) => Promise<unknown>) => Promise<void>,
) => Promise<void>;

/** A transaction of each client. */
const transacts: Readonly<Record<string, (server: PostgresServer) => Transact>> = {
  pg: (server) => async (level, run) => {
    const client = new pg.Client(server.address());
    await client.connect();
    onTestFinished(() => client.end());
    await client.query(`begin isolation level ${level}`);
    await run(client, (value) => client.query('insert into data values ($1)', [value]));
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error(`The transaction ended with ${command}`);
  },
  postgres: (server) => async (level, run) => {
    const sql = postgres({ ...server.address(), max: 1, fetch_types: false });
    onTestFinished(() => sql.end());
    await sql.begin(`isolation level ${level}`, (tx) => run(tx, (value) => tx`insert into data values (${value})`));
  },
};

const combinations = engines.flatMap((engine) => {
  return Object.keys(transacts).map((client) => ({ label: `${client} on ${engine.name}`, engine, client }));
});

let names = 0;

describe.each(combinations)('$label: fence()', ({ engine, client }) => {
  const server = servers.get(engine) as PostgresServer;
  const transact = (transacts[client] as (typeof transacts)[string])(server);
  const locksOf = async (lease = LEASE, passes = 16): Promise<PostgresLocks> => {
    return (await family(client, server.port, onTestFinished, { lease, passes })) as PostgresLocks;
  };

  /** What a transaction has written. */
  const written = async (value: number): Promise<number> => {
    const rows = await server.query(DATABASE, `select count(*)::int as n from data where value = ${value}`);
    return rows[0]?.n as number;
  };

  /** Ends the time of all holds of a mutex, and gives it to another one. */
  const takeFrom = async (name: string, to: RemoteLock): Promise<FencedLease> => {
    const key = `'shop:mutex:${name}'`;
    await server.query(
      DATABASE,
      `update valvekit.hold set until = 1 where key = ${key}`,
      `update valvekit.lock set soonest = 1 where key = ${key}`,
    );
    return to.acquire();
  };

  it('lets a holder commit', async () => {
    const locks = await locksOf(60_000);
    const value = names++;
    await locks.mutex(`f${value}`).sandbox(async (lease) => {
      await transact('read committed', async (tx, write) => {
        await locks.fence(tx, lease);
        await write(value);
      });
    });
    expect(await written(value)).toBe(1);
  });

  it.each(['read committed', 'repeatable read', 'serializable'])('refuses a stale holder, in %s', async (level) => {
    const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
    const value = names++;
    const lease = await locks.mutex(`f${value}`).acquire();
    const next = await takeFrom(`f${value}`, others.mutex(`f${value}`));
    const caught: unknown[] = [];
    const outcome = transact(level, async (tx, write) => {
      await write(value);
      await locks.fence(tx, lease).catch((error: unknown) => void caught.push(error));
      // Whoever ignores that cannot commit.
    });
    await expect(outcome).rejects.toThrow();
    expect(caught).toEqual([expect.any(LeaseLostError)]);
    expect(caught[0]).toMatchObject({ why: 'taken', token: lease.token, lock: `f${value}` });
    expect(await written(value)).toBe(0);
    expect(lease.signal.aborted).toBe(true);
    await expect(lease.release()).rejects.toBe(lease.signal.reason);
    next.check();
    await next.release();
  });

  it.each(['repeatable read', 'serializable'])(
    'refuses what was taken after the snapshot of a transaction in %s',
    async (level) => {
      const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
      const value = names++;
      const lease = await locks.mutex(`f${value}`).acquire();
      const outcome = transact(level, async (tx, write) => {
        await write(value);
        const next = await takeFrom(`f${value}`, others.mutex(`f${value}`));
        onTestFinished(() => next.release());
        await locks.fence(tx, lease);
      });
      await expect(outcome).rejects.toBeInstanceOf(LeaseLostError);
      expect(await written(value)).toBe(0);
    },
  );

  it('keeps others out past the end of the lease while a transaction is open, and blocks no connection', async () => {
    const [locks, others] = [await locksOf(), await locksOf(60_000)];
    const value = names++;
    const mutex = locks.mutex(`f${value}`);
    const lease = await mutex.acquire();
    let isOpen = true;
    let isOver = false;
    const waits = Array.from({ length: 5 }, async () => {
      const next = await others.mutex(`f${value}`).acquire();
      expect(isOpen).toBe(false);
      await next.release();
    });
    await transact('read committed', async (tx, write) => {
      await locks.fence(tx, lease);
      await write(value);
      const pid = 'select pg_backend_pid() as pid';
      const [{ pid: own }] = ('unsafe' in tx ? await tx.unsafe(pid, []) : (await tx.query(pid, [])).rows) as [
        { pid: number },
      ];
      // Nobody renews any more, as if the process had been paused.
      await locks.close({ timeout: 0 });
      const looks = (async () => {
        while (!isOver) {
          const blocked = await server.query(
            DATABASE,
            `select query from pg_stat_activity where ${own} = any(pg_blocking_pids(pid))`,
          );
          expect(blocked).toEqual([]);
          await sleep(20);
        }
      })();
      const until = await server.query(DATABASE, `select until from valvekit.hold where key = 'shop:mutex:f${value}'`);
      const end = Number(until[0]?.until) / 1000;
      await sleep(Math.max(0, end - Date.now()) + LEASE);
      isOver = true;
      await looks;
      isOpen = false;
    });
    expect(await written(value)).toBe(1);
    await Promise.all(waits);
  });

  it('hands on a hold that was released meanwhile once the transaction has ended', async () => {
    const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
    const value = names++;
    const mutex = locks.mutex(`f${value}`);
    const lease = await mutex.acquire();
    let isOpen = true;
    // In the same process, which would pass it on by itself otherwise, and in another one.
    const waits = [mutex, others.mutex(`f${value}`)].map(async (each) => {
      const next = await each.acquire();
      expect(isOpen).toBe(false);
      await next.release();
    });
    await until(async () => (await mutex.state()).waiting === 2);
    await transact('read committed', async (tx) => {
      await locks.fence(tx, lease);
      await lease.release();
      await sleep(300);
      isOpen = false;
    });
    await Promise.all(waits);
  });

  it('is renewed while a transaction is open', async () => {
    const locks = await locksOf();
    const lease = await locks.mutex(`f${names++}`).acquire();
    await transact('read committed', async (tx) => {
      await locks.fence(tx, lease);
      await sleep(1.5 * LEASE);
      lease.check();
    });
    await lease.release();
  });

  it('refuses a lease that has been released, also if it was handed over within the process', async () => {
    const locks = await locksOf(60_000);
    const mutex = locks.mutex(`f${names++}`);
    const lease = await mutex.acquire();
    const waiting = mutex.acquire();
    await lease.release();
    const next = await waiting;
    const outcome = transact('read committed', async (tx) => {
      await locks.fence(tx, lease).catch((error: unknown) => expect(error).toBeInstanceOf(InvalidStateError));
    });
    await expect(outcome).rejects.toThrow();
    await transact('read committed', (tx) => locks.fence(tx, next));
    await next.release();
  });

  it('says so outside a transaction, and refuses what is no lease of these locks', async () => {
    const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
    const lease = await locks.mutex(`f${names++}`).acquire();
    const client = new pg.Pool({ ...server.address(), max: 1 });
    onTestFinished(() => client.end());
    await expect(locks.fence(client, lease)).rejects.toThrow(InvalidStateError);
    await expect(others.fence(client, lease)).rejects.toThrow(TypeError);
    await expect(locks.fence(client, {} as FencedLease)).rejects.toThrow('lease must be a lease of these locks');
    await lease.release();
  });

  it('lets several leases of one transaction be shown at the same time', async () => {
    const locks = await locksOf(60_000);
    const leases = await Promise.all([locks.mutex(`f${names++}`).acquire(), locks.mutex(`f${names++}`).acquire()]);
    await transact('read committed', async (tx) => {
      await Promise.all(leases.map((lease) => locks.fence(tx, lease)));
    });
    await Promise.all(leases.map((lease) => lease.release()));
  });

  it('does not take a conflict of the transaction over other data for a loss', async () => {
    const locks = await locksOf(60_000);
    const lease = await locks.mutex(`f${names++}`).acquire();
    const rival = new pg.Client(server.address());
    await rival.connect();
    onTestFinished(() => rival.end());
    const [mine, other] = [names++, names++];
    const read = (value: number): string => `select count(*) from data where value = ${value}`;
    const outcome = transact('serializable', async (tx, write) => {
      await ('unsafe' in tx ? tx.unsafe(read(mine), []) : tx.query(read(mine), []));
      await rival.query('begin isolation level serializable');
      await rival.query(read(other));
      await write(other);
      await rival.query(`insert into data values (${mine})`);
      // Each has read what the other writes, so from here on one of them has to fail.
      await rival.query('commit');
      await locks.fence(tx, lease);
    });
    await expect(outcome).rejects.toMatchObject({ name: 'StoreError', cause: { code: '40001' } });
    lease.check();
    await transact('serializable', (tx) => locks.fence(tx, lease));
    await lease.release();
  });

  it('keeps readers and writers apart', async () => {
    const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
    const name = `f${names++}`;
    const reading = await locks.readWriteLock(name).read.acquire();
    let isOpen = true;
    const writing = others
      .readWriteLock(name)
      .write.acquire()
      .then((lease) => {
        expect(isOpen).toBe(false);
        return lease.release();
      });
    await transact('read committed', async (tx) => {
      await locks.fence(tx, reading);
      await reading.release();
      await sleep(200);
      isOpen = false;
    });
    await writing;
  });

  it('keeps readers out after a downgrade until the transaction has ended', async () => {
    const [locks, others] = [await locksOf(60_000), await locksOf(60_000)];
    const value = names++;
    const lock = locks.readWriteLock(`f${value}`);
    const writing = await lock.write.acquire();
    const readers = [lock, others.readWriteLock(`f${value}`)].map(async ({ read }) => {
      const lease = await read.acquire();
      expect(await written(value)).toBe(1);
      return lease;
    });
    await until(async () => (await lock.read.state()).waiting === 2);
    let reading: FencedLease | undefined;
    await transact('read committed', async (tx, write) => {
      await locks.fence(tx, writing);
      await write(value);
      reading = await writing.downgrade();
      await sleep(300);
    });
    const leases = await Promise.all(readers);
    expect((await lock.read.state()).holders.map(({ permits }) => permits)).toEqual([1, 1, 1]);
    reading?.check();
    for (const lease of [reading, ...leases]) await lease?.release();
  });
});

describe.each(engines)('on $name', (engine) => {
  const server = servers.get(engine) as PostgresServer;
  const query = (text: string): Promise<unknown> => server.query(DATABASE, text).then(([row]) => row?.answer);

  it.each(['release', 'downgrade'] as const)(
    'tells the first in line to look after a %s while a transaction is open',
    async (verb) => {
      const locks = (await family('pg', server.port, onTestFinished, { lease: 60_000 })) as PostgresLocks;
      const name = `f${names++}`;
      const key = `shop:lock:${name}`;
      const lease = await locks.readWriteLock(name).write.acquire();
      const heard: (string | undefined)[] = [];
      const listener = new pg.Client(server.address());
      await listener.connect();
      listener.on('notification', ({ payload }) => heard.push(payload));
      await listener.query('listen valvekit_x');
      const transaction = new pg.Client(server.address());
      await transaction.connect();
      onTestFinished(async () => {
        await listener.end();
        await transaction.end();
      });
      // What a reader sends. It is told to come again soon while the transaction keeps the lock.
      const ask = async (): Promise<readonly [verdict: unknown, isSoon: boolean]> => {
        const answer = await query(
          `select valvekit.ask_v1('${key}', 1000000000, false, 60000000, 0, 0, 'x', false, '', 'x:1 1 0 0 1', false) as answer`,
        );
        const [now, soonest, , verdict] = String(answer).split(' ');
        return [verdict, Number(soonest) - Number(now) === 20_000];
      };
      expect(await ask()).toEqual(['waiting', false]);
      await transaction.query('begin');
      await locks.fence(transaction, lease);
      await lease[verb]();
      await until(() => heard.length > 0);
      expect(heard).toEqual([`look x:1 ${key}`]);
      expect(await ask()).toEqual(['waiting', true]);
      await transaction.query('commit');
      // Nobody else has to look first.
      expect(await ask()).toEqual(['granted', false]);
      await query(`select valvekit.release_v1('${key}', 'x:1 0', false) as answer`);
    },
  );
});
