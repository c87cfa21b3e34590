import type { RedisConnection } from '@valvekit/redis';
import { rest } from '@valvekit-internal/laws/rest';

/**
 * Knows when nothing more happens on connections by itself: everything sent has been answered, and everything published
 * has been heard. It waits for events and never for a time, so it is right on a slow machine, too.
 */
export class Quiet {
  #events = 0;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #marks = new Set<() => Promise<void>>();

  watch(connection: RedisConnection): RedisConnection {
    return {
      send: (command) => this.#during(connection.send(command)),
      subscribe: (channel, message, up) => this.#during(this.#subscribe(connection, channel, message, up)),
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

  async #subscribe(...[connection, channel, message, up]: Subscription): Promise<() => Promise<void>> {
    const expected = new Map<string, () => void>();
    let count = 0;
    // A server sends in order: once a mark is heard, everything before it has been heard.
    const mark = async (): Promise<void> => {
      const text = `mark ${count++}`;
      const heard = new Promise<void>((resolve) => expected.set(text, resolve));
      await connection.send(['PUBLISH', channel, text]);
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
    const end = await connection.subscribe(channel, hear, up);
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

type Subscription = [connection: RedisConnection, ...Parameters<RedisConnection['subscribe']>];
