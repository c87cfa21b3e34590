import { take } from './browser-lock.ts';
import type { Grant, Source, Wanting } from './source.ts';

/** One name: that of a mutex, or of a read/write lock. Whoever asks for all permits gets it alone; others share it. */
export class OneName implements Source {
  readonly #manager: LockManager;
  readonly #name: string;
  readonly #capacity: number;

  constructor(manager: LockManager, name: string, capacity: number) {
    this.#manager = manager;
    this.#name = name;
    this.#capacity = capacity;
  }

  probe(permits: number): Promise<Grant | undefined> {
    return this.#take(permits, { ifAvailable: true });
  }

  wait(line: Wanting, controller: AbortController): Promise<Grant> {
    const { wanted } = line;
    // A writer's place is of no use to a reader, nor the other way round.
    line.onChange = () => {
      if (line.wanted !== wanted) controller.abort();
    };
    return this.#take(wanted, { signal: controller.signal }) as Promise<Grant>;
  }

  async #take(permits: number, options: LockOptions): Promise<Grant | undefined> {
    const mode = permits === this.#capacity ? 'exclusive' : 'shared';
    const lock = await take(this.#manager, this.#name, { ...options, mode });
    return lock && { permits, locks: [lock] };
  }
}
