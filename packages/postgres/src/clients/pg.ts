import type { PostgresConnection } from '../connection.ts';
import { type ListenerLike, PgListener } from './pg-listener.ts';

/** What is used of a pool or a client of pg. */
export interface PgLike {
  // biome-ignore lint/suspicious/noExplicitAny: its own types for values and rows
  query(text: string, values: any[]): Promise<{ readonly rows: readonly any[] }>;
  connect(): Promise<unknown>;
}

type ListenerClass = new (options: unknown) => ListenerLike;

interface PoolParts {
  readonly Client?: ListenerClass;
  readonly options?: unknown;
}

interface ClientParts {
  readonly connectionParameters?: unknown;
}

/** The connections of pg. The one that listens is made as the others are. */
export function pgConnection(client: PgLike): PostgresConnection {
  const { Client, options } = client as PoolParts;
  // The options themselves, not a copy: the password in them is hidden from copies.
  const make = (): ListenerLike => {
    if (Client !== undefined) return new Client(options);
    return new (client.constructor as ListenerClass)((client as ClientParts).connectionParameters);
  };
  const opening = new Set<PgListener>();
  return {
    holdsLock: true,
    query: Client === undefined ? inTurn(client) : (text, values) => client.query(text, [...values]),
    end: () => {
      for (const listener of opening) listener.stop();
    },
    async listen(channel, message, up) {
      const listener = new PgListener(make, channel, message, up);
      opening.add(listener);
      await listener.start().finally(() => opening.delete(listener));
      return async () => listener.stop();
    },
  };
}

/** A single client has one statement under way. */
function inTurn(client: PgLike): PostgresConnection['query'] {
  let last: Promise<unknown> = Promise.resolve();
  return (text, values) => {
    const next = last.then(() => client.query(text, [...values]));
    last = next.catch(() => {});
    return next;
  };
}
