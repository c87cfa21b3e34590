import type { RedisConnection } from '@valvekit/redis';

/** Counts what is under way on a connection, so that a test can wait until all is quiet. */
export class Quiet {
  #underWay = 0;
  #last = performance.now();

  watch(connection: RedisConnection): RedisConnection {
    return {
      send: (command) => this.#during(connection.send(command)),
      subscribe: (channel, message, up) => {
        const heard = (text: string): void => {
          this.#last = performance.now();
          message(text);
        };
        return this.#during(connection.subscribe(channel, heard, up));
      },
    };
  }

  /** Resolves once nothing has been sent or heard for some milliseconds. */
  async settle(ms = 4): Promise<void> {
    do await new Promise((resolve) => void setTimeout(resolve, ms / 2));
    while (this.#underWay > 0 || performance.now() - this.#last < ms);
  }

  async #during<T>(promise: Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await promise;
    } finally {
      this.#underWay--;
      this.#last = performance.now();
    }
  }
}
