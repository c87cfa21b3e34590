import { background, type Timer } from './background.ts';
import type { Hold } from './hold.ts';
import type { Loss } from './loss.ts';

/** What the keeper asks of the line that a hold belongs to. */
export interface Renewer {
  renew(holds: readonly Hold[]): void;
  lose(hold: Hold, why: Loss): void;
}

/** Renews the holds of a process, and tells the holders of those that it could not renew. One timer for all. */
export class Keeper {
  readonly #holds = new Map<Hold, Renewer>();
  readonly #now: () => number;
  #timer: Timer | undefined = undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #isOver = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Watches the hold. To be called again after it has been extended. */
  keep(renewer: Renewer, hold: Hold): void {
    if (this.#isOver) return;
    this.#holds.set(hold, renewer);
    this.#wake(hold.wakeAt);
  }

  /** Lets the hold end with its lease. */
  drop(hold: Hold): void {
    this.#holds.delete(hold);
    if (this.#holds.size === 0) this.#rest();
  }

  /** Lets all holds end with their leases, also those whose renewal is under way. */
  stop(): void {
    this.#isOver = true;
    this.#holds.clear();
    this.#rest();
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return;
    clearTimeout(this.#timer);
    this.#wakeAt = at;
    this.#timer = background(() => this.#look(), Math.max(0, at - this.#now()));
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  #look(): void {
    this.#rest();
    const now = this.#now();
    const due = new Map<Renewer, Hold[]>();
    for (const [hold, renewer] of Array.from(this.#holds)) {
      if (now >= hold.lossAt) renewer.lose(hold, now >= hold.deadline ? 'late' : 'silent');
      else if (now >= hold.tenure.limit) renewer.lose(hold, 'expired');
      else if (now >= hold.renewAt) {
        const holds = due.get(renewer);
        if (holds) holds.push(hold);
        else due.set(renewer, [hold]);
      }
    }
    for (const [renewer, holds] of due) renewer.renew(holds);
    for (const hold of this.#holds.keys()) this.#wake(hold.wakeAt);
  }
}
