import { type BrowserLock, releaseAll, take } from './browser-lock.ts';
import type { Grant, Source, Wanting } from './source.ts';

/** The permits of a semaphore: a name for each. They stand behind a turnstile, so one caller at a time waits for them. */
export class Permits implements Source {
  readonly #manager: LockManager;
  readonly #name: string;
  readonly #capacity: number;

  /** @param name - what their names begin with */
  constructor(manager: LockManager, name: string, capacity: number) {
    this.#manager = manager;
    this.#name = name;
    this.#capacity = capacity;
  }

  async probe(permits: number): Promise<Grant | undefined> {
    const found = await this.#findFree(() => permits);
    const locks = [...found.values()];
    if (locks.length === permits) return { permits, locks };
    releaseAll(locks);
    return undefined;
  }

  async wait(line: Wanting): Promise<Grant> {
    const found = await this.#findFree(() => line.wanted);
    try {
      const permits = await this.#collect(found, line);
      const locks = [...found.values()];
      releaseAll(locks.splice(permits));
      return { permits, locks };
    } catch (error) {
      releaseAll(found.values());
      throw error;
    }
  }

  /** Takes permits that are free, until there are enough. Begins anywhere, so that tabs seldom try the same one. */
  async #findFree(enough: () => number): Promise<Map<number, BrowserLock>> {
    const found = new Map<number, BrowserLock>();
    const start = Math.floor(Math.random() * this.#capacity);
    for (let i = 0; i < this.#capacity && found.size < enough(); i++) {
      const place = (start + i) % this.#capacity;
      const lock = await this.#take(place, { ifAvailable: true });
      if (lock !== undefined) found.set(place, lock);
    }
    return found;
  }

  /** Waits for all the others, until there are enough for the first waiter. Resolves to how many these are. */
  #collect(found: Map<number, BrowserLock>, line: Wanting): Promise<number> {
    return new Promise((resolve, reject) => {
      const rest = new AbortController();
      const look = (): void => {
        if (found.size < line.wanted) return;
        resolve(line.wanted);
        rest.abort();
      };
      line.onChange = look;
      look();
      for (let place = 0; place < this.#capacity && !rest.signal.aborted; place++) {
        if (found.has(place)) continue;
        this.#take(place, { signal: rest.signal }).then((lock) => {
          if (rest.signal.aborted) {
            releaseAll([lock as BrowserLock]);
            return;
          }
          found.set(place, lock as BrowserLock);
          look();
        }, reject);
      }
    });
  }

  #take(place: number, options: LockOptions): Promise<BrowserLock | undefined> {
    return take(this.#manager, `${this.#name}:${place}`, options);
  }
}
