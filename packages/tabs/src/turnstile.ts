import { type BrowserLock, releaseAll, take } from './browser-lock.ts';
import type { Grant, Source, Wanting } from './source.ts';

/**
 * A semaphore: a name for each permit, and one for the turnstile before them.
 *
 * Those who find permits free pass the turnstile side by side, holding it in shared mode. Whoever does not find enough
 * holds it alone until it has them, so nobody overtakes a request that waits, and of two requests for several permits
 * only one collects them: they cannot block each other.
 */
export class Turnstile implements Source {
  readonly #manager: LockManager;
  readonly #name: string;
  readonly #permit: string;
  readonly #capacity: number;

  /** @param permit - what the names of the permits begin with */
  constructor(manager: LockManager, name: string, permit: string, capacity: number) {
    this.#manager = manager;
    this.#name = name;
    this.#permit = permit;
    this.#capacity = capacity;
  }

  async probe(permits: number): Promise<Grant | undefined> {
    const turnstile = await take(this.#manager, this.#name, { mode: 'shared', ifAvailable: true });
    if (turnstile === undefined) return undefined;
    const found = new Map<number, BrowserLock>();
    try {
      await this.#findFree(found, () => permits);
    } finally {
      void turnstile.release();
    }
    if (found.size === permits) return { permits, locks: [...found.values()] };
    releaseAll(found.values());
    return undefined;
  }

  async wait(line: Wanting, controller: AbortController): Promise<Grant> {
    line.onChange = () => {
      if (line.wanted === 0) controller.abort();
    };
    const turnstile = (await take(this.#manager, this.#name, { signal: controller.signal })) as BrowserLock;
    const found = new Map<number, BrowserLock>();
    try {
      await this.#findFree(found, () => line.wanted);
      const permits = await this.#collect(found, line, controller);
      const locks = [...found.values()];
      releaseAll(locks.splice(permits));
      return { permits, locks };
    } catch (error) {
      releaseAll(found.values());
      throw error;
    } finally {
      void turnstile.release();
    }
  }

  /** Takes permits that are free, until there are enough. Begins anywhere, so that tabs seldom try the same one. */
  async #findFree(found: Map<number, BrowserLock>, enough: () => number): Promise<void> {
    const start = Math.floor(Math.random() * this.#capacity);
    for (let i = 0; i < this.#capacity && found.size < enough(); i++) {
      const place = (start + i) % this.#capacity;
      const lock = await this.#take(place, { ifAvailable: true });
      if (lock !== undefined) found.set(place, lock);
    }
  }

  /** Waits for all permits, until there are enough for the first waiter. Resolves to how many these are. */
  #collect(found: Map<number, BrowserLock>, line: Wanting, controller: AbortController): Promise<number> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const look = (): void => {
        if (found.size < line.wanted) return;
        isOver = true;
        resolve(line.wanted);
        controller.abort();
      };
      line.onChange = look;
      look();
      for (let place = 0; place < this.#capacity && !isOver; place++) {
        if (found.has(place)) continue;
        this.#take(place, { signal: controller.signal }).then((lock) => {
          if (isOver) void lock?.release();
          else {
            found.set(place, lock as BrowserLock);
            look();
          }
        }, reject);
      }
    });
  }

  #take(place: number, options: LockOptions): Promise<BrowserLock | undefined> {
    return take(this.#manager, `${this.#permit}:${place}`, options);
  }
}
