import type { PostgresConnection } from '../connection.ts';

/** What is used of postgres (postgres.js). */
export interface PostgresJsLike {
  // biome-ignore lint/suspicious/noExplicitAny: its own types for values and rows
  unsafe(text: string, values?: any[], options?: { prepare?: boolean }): PromiseLike<readonly any[]>;
  listen(
    channel: string,
    message: (text: string) => void,
    up?: () => void,
  ): PromiseLike<{ unlisten(): PromiseLike<unknown> }>;
}

/** The connections of postgres. It listens again by itself when its connection has broken. */
export function postgresJsConnection(sql: PostgresJsLike): PostgresConnection {
  return {
    query: async (text, values) => ({ rows: await sql.unsafe(text, [...values], { prepare: false }) }),
    async listen(channel, message, up) {
      // It keeps a listener even if it could not listen at first, and tells all it has.
      let isOver = false;
      try {
        const { unlisten } = await sql.listen(
          channel,
          (text) => isOver || message(text),
          () => isOver || up(),
        );
        return async () => {
          isOver = true;
          // Nobody hears it any more, and a server that is out of reach may never answer.
          void Promise.resolve(unlisten()).catch(() => {});
        };
      } catch (error) {
        isOver = true;
        throw error;
      }
    },
  };
}
