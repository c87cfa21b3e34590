// A nightly job, written against `Locks`: it does not know where the locks are. Here they are in this thread. With locks of
// a wider scope, several processes or machines could run the same job side by side, and this class would not change.
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedLocks, type Locks } from 'valvekit';
import { printed, type Stage } from './stage.ts';

/** Makes the reports of a shop. */
export class Reports {
  readonly #locks: Locks;
  readonly #stage: Stage;
  readonly #pages = new Map<string, string>();

  constructor(locks: Locks, stage: Stage) {
    this.#locks = locks;
    this.#stage = stage;
  }

  /** Makes a report, unless somebody else is making it. */
  async make(name: string, worker: string): Promise<void> {
    const { tell } = this.#stage;
    // Awaited, because a lock of a wider scope answers later.
    await using hold = await this.#locks.mutex(`report ${name}`).tryAcquire();
    if (hold === undefined) {
      tell(worker, 'skips', `${name}: somebody makes it`);
      return;
    }
    tell(worker, 'starts', name);
    const figures = await this.#download(`${name}.example`);
    await this.#publish(name, `${name}: ${figures}`);
    tell(worker, 'ends', name);
  }

  /** Reads a page. Many can read at a time, and nobody sees half a page. */
  read(name: string): Promise<string | undefined> {
    return this.#locks.readWriteLock(name).read.sandbox(() => this.#pages.get(name));
  }

  /** Two downloads at a time for each host. */
  #download(host: string): Promise<string> {
    return this.#locks.semaphore(host, 2).sandbox(
      async (lease) => {
        // A lock of a wider scope can be lost, for example when the network fails. Its lease says so.
        // Here there is none.
        await sleep(5 * this.#stage.tick, undefined, lease && { signal: lease.signal });
        return `${host.length} sold`;
      },
      { timeout: 60_000 },
    );
  }

  #publish(name: string, page: string): Promise<void> {
    return this.#locks.readWriteLock(name).write.sandbox(async () => {
      this.#pages.set(name, '');
      await sleep(this.#stage.tick);
      this.#pages.set(name, page);
    });
  }
}

export async function main(stage: Stage = printed): Promise<void> {
  const locks = new KeyedLocks({ name: 'reports' });
  stage.watch(locks);
  const reports = new Reports(locks, stage);
  const jobs = [
    ['tea', 'worker 1'],
    ['milk', 'worker 2'],
    ['tea', 'worker 3'],
    ['sugar', 'worker 3'],
  ] as const;
  await Promise.all(jobs.map(([name, worker]) => reports.make(name, worker)));
  for (const name of ['tea', 'milk', 'sugar']) stage.tell('the page', 'says', await reports.read(name));
  stage.tell('the locks', 'are', `${locks.size} in use`);
}

if (import.meta.main) await main();
