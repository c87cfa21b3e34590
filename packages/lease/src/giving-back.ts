import { background } from './background.ts';
import { lossOf } from './loss.ts';
import type { Confirmation, LockId } from './store.ts';
import { failureOf, StoreError } from './store-error.ts';
import { titleOf } from './title.ts';

/** An id that the store has to forget: of a hold or of a place. */
export interface Return {
  readonly id: string;
  /** When the store forgets it by itself, by the local clock. */
  readonly until: number;
  /** The token of the hold; undefined for a place. */
  readonly token: number | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** How the returns of a lock reach the store. */
export interface Messenger {
  readonly retryAfter: number;
  /** Whether somebody waits until nothing is under way any more. */
  readonly isClosed: boolean;
  now(): number;
  release(ids: readonly string[]): Promise<Confirmation>;
  /** Nothing is under way any more. */
  settled(): void;
}

/** Gives holds and places back, and repeats that until the store has heard it or their time is over. */
export class GivingBack {
  readonly #lock: LockId;
  readonly #messenger: Messenger;
  readonly #ids = new Set<string>();
  #next: Return[] = [];

  constructor(lock: LockId, messenger: Messenger) {
    this.#lock = lock;
    this.#messenger = messenger;
  }

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** Whether an id is on its way back. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(back: Return): void {
    this.#ids.add(back.id);
    this.#next.push(back);
  }

  /** Sends what has been added since. */
  flush(): void {
    const batch = this.#next;
    if (batch.length === 0) return;
    this.#next = [];
    void this.#send(batch, true);
  }

  async #send(batch: readonly Return[], isFirst: boolean): Promise<void> {
    const sent = this.#messenger.now();
    try {
      const { known } = await this.#messenger.release(batch.map(({ id }) => id));
      batch.forEach((back, i) => {
        // A repeated release finds nothing if the first one arrived.
        if (known[i] || !isFirst || back.token === undefined) back.resolve();
        else back.reject(lossOf(this.#lock.name, 'taken', back.token));
      });
      this.#end(batch);
    } catch (error) {
      for (const back of batch) {
        if (error instanceof StoreError) back.reject(failureOf(titleOf(this.#lock), error));
        // Released too late, it may have been another's, and now nobody can tell.
        else if (sent >= back.until) back.reject(lossOf(this.#lock.name, 'late', back.token));
        else back.resolve();
      }
      const now = this.#messenger.now();
      // A place is given up by whoever does not come for it, so nobody has to wait until it has been given back.
      const rest = batch.filter(
        ({ until, token }) => now < until && !(this.#messenger.isClosed && token === undefined),
      );
      this.#end(batch.filter((back) => !rest.includes(back)));
      if (rest.length > 0) background(() => void this.#send(rest, false), this.#messenger.retryAfter);
    }
  }

  #end(batch: readonly Return[]): void {
    for (const { id } of batch) this.#ids.delete(id);
    this.#messenger.settled();
  }
}
