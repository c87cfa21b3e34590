// The schema: made once, upgraded, used with the rights of the docs and no others.
import { readFileSync } from 'node:fs';
import { PostgresLocks, StoreError } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { installation } from '../../packages/postgres/src/sql/install.ts';
import { REVISION } from '../../packages/postgres/src/sql/revision.ts';
import { lossOf, until } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { grants, install } from './postgres-environment.ts';

const LEASE = 3000;
const servers = new Map(
  await Promise.all(engines.map(async (engine) => [engine, await PostgresServer.start(engine)] as const)),
);
afterAll(() => Promise.all(Array.from(servers.values(), (server) => server.stop())));

const combinations = engines.flatMap((engine) => {
  return Object.keys(postgresClients).map((client) => ({ label: `${client} on ${engine.name}`, engine, client }));
});

/** The next revision of the schema, with the next protocol. */
function nextVersion(): string {
  return installation('valvekit')
    .replaceAll('_v1', '_v2')
    .replaceAll(`select ${REVISION} $body$`, `select ${REVISION + 1} $body$`)
    .replaceAll(`>= ${REVISION}`, `>= ${REVISION + 1}`)
    .replace(
      'if to_regnamespace',
      'drop function if exists valvekit.ask_v1, valvekit.release_v1, valvekit.renew_v1, valvekit.state_v1, valvekit.fence_v1;\n  if to_regnamespace',
    );
}

describe.each(combinations)('$label: the schema', ({ engine, client }) => {
  const server = servers.get(engine) as PostgresServer;
  const clientOf = async (role: string) => {
    const opened = await (postgresClients[client] as (typeof postgresClients)[string])(server.port, role);
    onTestFinished(async () => void (await opened.close()));
    return opened.client;
  };
  const locksOf = async (role = roles.runtime, schema = 'valvekit'): Promise<PostgresLocks> => {
    const locks = new PostgresLocks(await clientOf(role), { prefix: 'shop', lease: LEASE, schema });
    onTestFinished(() => locks.close({ timeout: 0 }));
    return locks;
  };
  const drop = (): Promise<unknown> => server.query(DATABASE, 'drop schema if exists valvekit cascade');

  it('tells those who use it too early what to run', async () => {
    await drop();
    const locks = await locksOf();
    const mutex = locks.mutex('x');
    for (const use of [() => mutex.acquire(), () => mutex.tryAcquire(), () => mutex.state()]) {
      const outcome = use();
      await expect(outcome).rejects.toThrow(StoreError);
      await expect(outcome).rejects.toThrow('Run "await locks.install()"');
    }
  });

  it('is made once, also if several install it at once', async () => {
    await drop();
    const owners = await Promise.all(Array.from({ length: 6 }, () => locksOf(roles.owner)));
    await Promise.all(owners.map((locks) => locks.install()));
    await Promise.all(owners.map((locks) => locks.install()));
    await owners[0]?.mutex('x').sandbox(() => {});
  });

  it('keeps what is held when it is installed again', async () => {
    const owner = await locksOf(roles.owner);
    const lease = await owner.mutex('kept').acquire();
    await server.query(DATABASE, 'drop function valvekit.revision()');
    await owner.install();
    await lease.release();
  });

  it('can be made by its file, whose statement is that of install()', async () => {
    await drop();
    const file = readFileSync(new URL('../../packages/postgres/install.sql', import.meta.url), 'utf8');
    await server.query(DATABASE, `set role ${roles.owner}`, file);
    await (await locksOf(roles.owner)).mutex('x').sandbox(() => {});
  });

  it('can have another name, beside others', async () => {
    const [one, other] = [await locksOf(roles.owner), await locksOf(roles.owner, 'Other_1')];
    await other.install();
    const lease = await one.mutex('same').acquire();
    const second = await other.mutex('same').acquire();
    await Promise.all([lease.release(), second.release()]);
    await server.query(DATABASE, 'drop schema "Other_1" cascade');
  });

  it('needs the two grants of the docs, and nothing else', async () => {
    await drop();
    await install(server);
    const locks = await locksOf();
    await expect(locks.mutex('x').acquire()).rejects.toThrow(/permission denied for schema.* needs USAGE/);
    await expect(locks.install()).rejects.toThrow(/permission denied for schema.* as a role that owns/);
    await server.query(DATABASE, grants[0] as string);
    await expect(locks.mutex('x').acquire()).rejects.toThrow(/permission denied for function/);
    await server.query(DATABASE, ...grants);
    const other = await locksOf();
    const lease = await locks.mutex('x').acquire();
    const waiting = other.mutex('x').acquire();
    await expect(other.mutex('x').acquire({ timeout: 50 })).rejects.toThrow();
    await lease.release();
    await (await waiting).release();
    const writing = await locks.readWriteLock('l').write.acquire();
    await (await writing.downgrade()).release();
    // The request that timed out may still have had its turn.
    await until(async () => (await locks.mutex('x').state()).holders.length === 0);
    // With what is there already nothing is left to install.
    await locks.install();
    for (const table of ['lock', 'hold', 'waiter', 'ended']) {
      await expect(
        server.query(DATABASE, `set role ${roles.runtime}`, `select * from valvekit.${table}`),
      ).rejects.toThrow(/permission denied/);
    }
  });

  it('cannot be led astray by what a user puts in the way', async () => {
    // A role with objects of its own, which come first in its path.
    await server.query(
      DATABASE,
      `grant create on database ${DATABASE} to ${roles.runtime}`,
      `set role ${roles.runtime}`,
      'create schema if not exists trap',
      'create or replace function trap.clock_timestamp() returns timestamptz language sql as $$ select null::timestamptz $$',
      'create or replace function trap.pg_notify(text, text) returns void language sql as $$ select 1/0 $$',
    );
    await server.query(DATABASE, `alter role ${roles.runtime} set search_path = trap, pg_catalog`);
    const locks = await locksOf();
    await locks.mutex('trap').sandbox(() => {});
    await server.query(DATABASE, `alter role ${roles.runtime} reset search_path`, 'drop schema trap cascade');
  });

  it('of a newer protocol keeps out those of an older one, and tells them what to do', async () => {
    await drop();
    await install(server);
    await server.query(DATABASE, ...grants);
    const locks = await locksOf();
    const lease = await locks.mutex('rolling').acquire();
    await server.query(DATABASE, `set role ${roles.owner}`, nextVersion());
    // Those who may use the older functions may use the newer ones.
    const key = 'shop:mutex:rolling';
    const ask = `select valvekit.ask_v2('${key}', 1, true, 3000000, 0, 0, 'next', false, '', 'next:1 1 0 0 0', false) as answer`;
    const [row] = await server.query(DATABASE, `set role ${roles.runtime}`, ask);
    expect(row?.answer).toMatch(/ ok refused /);
    const outcome = locks.mutex('other').acquire();
    await expect(outcome).rejects.toThrow(StoreError);
    await expect(outcome).rejects.toThrow('update @valvekit/postgres');
    // It can no longer renew, and is told in time.
    expect(['silent', 'late']).toContain((await lossOf(lease.signal)).why);
    await expect((await locksOf(roles.owner)).install()).rejects.toThrow(/revision 2, and this package knows 1/);
    await drop();
    await install(server);
    await server.query(DATABASE, ...grants);
  });
});
