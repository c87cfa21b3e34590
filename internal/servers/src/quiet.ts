import type { PostgresConnection } from '@valvekit/postgres';
import type { RedisConnection } from '@valvekit/redis';
import { rest } from '@valvekit-internal/laws/rest';

/** How a channel is listened to: with what hears its messages, and what ends it. */
type Listen = (message: (text: string) => void) => Promise<() => Promise<void>>;

/**
 * Knows when nothing more happens on connections by itself: everything sent has been answered, and everything published
 * has been heard. It waits for events and never for a time, so it is right on a slow machine, too.
 */
export class Quiet {
  #events = 0;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #marks = new Set<() => Promise<void>>();

  watchRedis(connection: RedisConnection): RedisConnection {
    return {
      send: (command) => this.#during(connection.send(command)),
      subscribe: (channel, message, up) => {
        const mark = (text: string): Promise<unknown> => connection.send(['PUBLISH', channel, text]);
        return this.#during(this.#listen((hear) => connection.subscribe(channel, hear, up), message, mark));
      },
    };
  }

  watchPostgres(connection: PostgresConnection): PostgresConnection {
    return {
      ...connection,
      query: (text, values) => this.#during(connection.query(text, values)),
      listen: (channel, message, up) => {
        const mark = (text: string): Promise<unknown> => {
          return connection.query('select pg_notify($1::text, $2::text)', [channel, text]);
        };
        return this.#during(this.#listen((hear) => connection.listen(channel, hear, up), message, mark));
      },
    };
  }

  async settle(): Promise<void> {
    for (let before = -1; before !== this.#events; ) {
      before = this.#events;
      await Promise.allSettled(this.#underWay);
      await Promise.all(Array.from(this.#marks, (mark) => mark()));
      await rest();
    }
  }

  async #listen(
    listen: Listen,
    message: (text: string) => void,
    send: (text: string) => Promise<unknown>,
  ): Promise<() => Promise<void>> {
    const expected = new Map<string, () => void>();
    let count = 0;
    // A server sends in order: once a mark is heard, everything before it has been heard.
    const mark = async (): Promise<void> => {
      const text = `mark ${count++}`;
      const heard = new Promise<void>((resolve) => expected.set(text, resolve));
      await send(text);
      await heard;
    };
    const hear = (text: string): void => {
      const arrived = expected.get(text);
      if (arrived) arrived();
      else {
        this.#events++;
        message(text);
      }
    };
    const end = await listen(hear);
    this.#marks.add(mark);
    return async () => {
      this.#marks.delete(mark);
      for (const arrived of expected.values()) arrived();
      await end();
    };
  }

  async #during<T>(promise: Promise<T>): Promise<T> {
    this.#events++;
    this.#underWay.add(promise);
    try {
      return await promise;
    } finally {
      this.#underWay.delete(promise);
      this.#events++;
    }
  }
}
