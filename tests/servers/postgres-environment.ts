// A PostgreSQL, and the two roles of the docs.
import { readFileSync } from 'node:fs';
import { PostgresLocks } from '@valvekit/postgres';
import type { Engine } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import { postgresClients } from './postgres-clients.ts';

/** The grants of the package's page, word by word, for the role of the tests. */
export const grants: readonly string[] = (() => {
  const page = readFileSync(new URL('../../packages/postgres/README.md', import.meta.url), 'utf8');
  const [, list = ''] = /```sql\n(grant [^`]*)```/.exec(page) ?? [];
  return list
    .replaceAll(/\bapp;/g, `${roles.runtime};`)
    .trim()
    .split('\n');
})();

/** Installs as the owner. */
export async function install(server: PostgresServer): Promise<void> {
  const { client, close } = await (postgresClients.pg as (typeof postgresClients)[string])(server.port, roles.owner);
  await new PostgresLocks(client).install();
  await close();
}

/** Starts a server that has the schema, and a role that may use it. */
export async function startPostgres(engine?: Engine, settings?: Record<string, string>): Promise<PostgresServer> {
  const server = await PostgresServer.start(engine, settings);
  await install(server);
  await server.query(DATABASE, ...grants);
  return server;
}

/** Breaks all connections but the operator's own. */
export async function breakAll(server: PostgresServer): Promise<void> {
  await server.query(
    DATABASE,
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${roles.runtime}'`,
  );
}
