import type { Acquirable } from '../contract/acquirable.ts';
import { requireThat } from '../contract/arguments.ts';
import type { Guard } from '../contract/guard.ts';
import type { Lease } from '../contract/lease.ts';
import type { PermitOptions } from '../contract/options.ts';
import { type Entrance, entrance } from '../line/entrance.ts';
import { deliver } from '../runtime/delivery.ts';
import { react } from '../runtime/thenable.ts';

/** What waits for a hold. */
interface Asker {
  /** What a tool that watches the lock puts around a function that runs under the hold. */
  wrap: Entrance<unknown>['wrap'];
  grant(hold: unknown): void;
  giveUp(reason: unknown): void;
}

/**
 * Makes a lock without an entrance look like a line: one of a wider scope, of `lite`, or of another author. It asks by
 * `acquire()`, and gives up by a signal of its own. What it grants is a guard or a lease.
 */
export class ForeignLine {
  readonly #lock: Acquirable;
  readonly #controller: AbortController = new AbortController();

  /** @throws {TypeError} if it is no lock */
  constructor(lock: Acquirable) {
    const expected = 'a lock with acquire(), such as a side of a ReadWriteLock or a lock of KeyedLocks';
    requireThat(typeof Object(lock).acquire === 'function', 'lock', expected, lock);
    this.#lock = lock;
  }

  [entrance](): { readonly line: ForeignLine } {
    return { line: this };
  }

  /** Only `join` can tell whether it is free. */
  ask(): undefined {}

  join(waiter: Asker, terms: PermitOptions): void {
    // A tool that watches the lock sets `wrap`.
    const options: PermitOptions & Pick<Asker, 'wrap'> = { ...terms, signal: this.#controller.signal, wrap: undefined };
    void react(
      Promise.resolve(this.#lock.acquire(options)),
      (hold) => {
        waiter.wrap = options.wrap;
        waiter.grant(hold);
        deliver();
      },
      (reason) => {
        waiter.giveUp(reason);
        deliver();
      },
    );
  }

  giveUp(): void {
    this.#controller.abort();
  }

  drain(): void {}

  /** Rejects with a `LeaseLostError` if the hold was lost before. */
  giveBack(hold: Guard | Lease): Promise<unknown> {
    return new Promise((resolve) => resolve(hold.release()));
  }
}
