import { hasMethods } from '@valvekit/lease';
import type { PostgresConnection } from '../connection.ts';
import { type PgLike, pgConnection } from './pg.ts';
import { type PostgresJsLike, postgresJsConnection } from './postgres-js.ts';

/** A client, recognized by the methods that are used of it. */
export type PostgresClient = PgLike | PostgresJsLike | PostgresConnection;

/**
 * The connections of a client. Also for combining two clients into one connection, where statements go through a
 * transaction pooler and `LISTEN` must not.
 *
 * @throws {TypeError} if it is no known client
 *
 * @example
 * ```js no-run
 * import pg from 'pg';
 * import { connectionOf, PostgresLocks } from '@valvekit/postgres';
 *
 * const { query } = connectionOf(new pg.Pool({ port: 6432 }));
 * const direct = connectionOf(new pg.Pool({ port: 5432 }));
 * const locks = new PostgresLocks({ ...direct, query });
 * ```
 */
export function connectionOf(client: PostgresClient): PostgresConnection {
  if (hasMethods<PostgresJsLike>(client, 'unsafe', 'listen')) return postgresJsConnection(client);
  if (hasMethods<PostgresConnection>(client, 'query', 'listen')) return client;
  if (hasMethods<PgLike>(client, 'query', 'connect')) {
    // An object around a pool does not show how to make the connection that listens.
    if ('Client' in client || 'connectionParameters' in client) return pgConnection(client);
  }
  throw new TypeError(
    'client must be a Pool or a Client of pg itself, of postgres (unsafe, listen), or an object with query and listen',
  );
}
