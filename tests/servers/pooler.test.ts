// Statements go through a pooler in transaction mode; only the connection that listens goes to the server itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOf, PostgresLocks } from '@valvekit/postgres';
import { freePort } from '@valvekit-internal/servers/free-port';
import { runsAs } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgres } from './postgres-environment.ts';

const server = await startPostgres();
const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), 'valvekit-pooler-'));
const pooler = await startPooler();
afterAll(async () => {
  const gone = once(pooler, 'exit');
  pooler.kill('SIGKILL');
  await gone;
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function startPooler(): Promise<ChildProcess> {
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${DATABASE} = host=127.0.0.1 port=${server.port} dbname=${DATABASE} user=${roles.runtime}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
  );
  if (runsAs.uid !== undefined) chownSync(folder, runsAs.uid, runsAs.uid);
  const child = spawn('pgbouncer', ['-q', file], { stdio: 'ignore', ...runsAs });
  await until(async () => {
    const client = new pg.Client({ ...server.address(), port });
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return child;
}

describe.each(Object.keys(postgresClients))('%s through a pooler in transaction mode', (name) => {
  const locksOf = async (): Promise<PostgresLocks> => {
    const open = postgresClients[name] as (typeof postgresClients)[string];
    const [pooled, direct] = [await open(port), await open(server.port)];
    const connection = { ...connectionOf(direct.client), query: connectionOf(pooled.client).query };
    const locks = new PostgresLocks(connection, { prefix: 'pooled', passes: 0 });
    onTestFinished(async () => {
      await locks.close({ timeout: 0 });
      await pooled.close();
      await direct.close();
    });
    return locks;
  };

  it('lets one in at a time, in order, and fences', async () => {
    const processes = await Promise.all(Array.from({ length: 6 }, locksOf));
    let [inside, most] = [0, 0];
    const work = processes.map(async (locks) => {
      for (let round = 0; round < 10; round++) {
        await locks.mutex(name).sandbox(async (lease) => {
          most = Math.max(most, ++inside);
          if (round === 0) {
            const tx = new pg.Client({ ...server.address(), port });
            await tx.connect();
            await tx.query('begin');
            await locks.fence(tx, lease);
            await tx.query('commit');
            await tx.end();
          }
          inside--;
        });
      }
    });
    await Promise.all(work);
    expect(most).toBe(1);
  });
});
