import { Family, type LocksOptions, readLocksOptions } from '@valvekit/lease';
import { rest } from '@valvekit-internal/laws/rest';
import { MemoryServer, type MemoryStore } from '@valvekit-internal/servers/memory/memory-server';
import { fakeTime, pass, realTime } from '@valvekit-internal/servers/memory/subjects';
import { onTestFinished } from 'vitest';

/** One process: its locks, and what they see of the server. */
export interface Process {
  readonly family: Family;
  readonly store: MemoryStore;
}

/** A server in memory, some processes, and time that passes when told to. */
export class Network {
  readonly server = new MemoryServer();
  readonly #families: Family[] = [];

  constructor() {
    fakeTime();
    onTestFinished(async () => {
      await Promise.all(this.#families.map((family) => family.close({ timeout: 0 })));
      realTime();
    });
  }

  process(options?: LocksOptions): Process {
    const store = this.server.connect();
    const family = new Family(store, readLocksOptions({ lease: 3000, ...options }));
    this.#families.push(family);
    return { family, store };
  }

  /** Two processes: one holds a mutex, the other one waits for it. */
  async contended() {
    const [one, two] = [this.process(), this.process()];
    const held = await one.family.mutex('a').acquire();
    const waiting = two.family.mutex('a').acquire();
    await this.settle();
    return { two, held, waiting };
  }

  pass(ms: number): Promise<void> {
    return pass(this.server, ms);
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await rest();
  }
}

/** What a promise rejects with. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It resolved');
    },
    (reason: unknown) => reason,
  );
}

export function silence(): Promise<never> {
  return new Promise(() => {});
}
