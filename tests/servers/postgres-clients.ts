// The clients of PostgreSQL that are passed in, each as its users make it.
import type { PostgresClient } from '@valvekit/postgres';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import postgres from 'postgres';

/** A client on a port, and how to close it. */
interface OpenedPostgres {
  readonly client: PostgresClient;
  readonly close: () => unknown;
}

type Open = (port: number, user?: string) => Promise<OpenedPostgres>;

/** Opens a client, by its name. */
export const postgresClients: Readonly<Record<string, Open>> = {
  async pg(port, user = roles.runtime) {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user, database: DATABASE, max: 4 });
    pool.on('error', () => {});
    return { client: pool, close: () => pool.end() };
  },
  async postgres(port, user = roles.runtime) {
    const sql = postgres({
      host: '127.0.0.1',
      port,
      user,
      database: DATABASE,
      max: 4,
      fetch_types: false,
      // It has timers of its own otherwise, and the laws count timers.
      max_lifetime: null,
      onnotice: () => {},
    });
    return { client: sql, close: () => sql.end({ timeout: 1 }) };
  },
};
