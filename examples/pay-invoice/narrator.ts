import type { RemoteLock } from '@valvekit/postgres';
import { LastSeen, type Stage } from '../stage.ts';

/** Tells events in their order, each with what the server says about the lock then. */
export class Narrator {
  lock: RemoteLock | undefined;
  readonly #stage: Stage;
  #last: Promise<void> = Promise.resolve();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get tick(): number {
    return this.#stage.tick;
  }

  tell(...words: Parameters<Stage['tell']>): void {
    const { lock } = this;
    this.#last = this.#last.then(async () => {
      const { holders = [], waiting = 0 } = (await lock?.state()) ?? {};
      this.#stage.watch(new LastSeen(holders[0]?.label, holders[0]?.until.getTime(), waiting));
      this.#stage.tell(...words);
    });
  }

  silence(): Promise<void> {
    return this.#last;
  }
}
