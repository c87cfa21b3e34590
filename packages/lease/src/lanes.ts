import type { Waiter } from './waiter.ts';

/** The waiters of one lock in this process: higher priorities first, equal ones first come, first served. */
export class Lanes {
  // A Set keeps the order of joining, and gives up a member in O(1).
  readonly #lanes = new Map<number, Set<Waiter>>();
  #priorities: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#priorities.length === 0;
  }

  get first(): Waiter | undefined {
    for (const waiter of this) return waiter;
    return undefined;
  }

  add(waiter: Waiter): void {
    let lane = this.#lanes.get(waiter.priority);
    if (lane === undefined) {
      lane = new Set();
      this.#lanes.set(waiter.priority, lane);
      this.#priorities = [...this.#lanes.keys()].sort((a, b) => b - a);
    }
    lane.add(waiter);
    this.#size++;
  }

  /** Whether it was there. */
  delete(waiter: Waiter): boolean {
    const lane = this.#lanes.get(waiter.priority);
    if (!lane?.delete(waiter)) return false;
    this.#size--;
    if (lane.size === 0) {
      this.#lanes.delete(waiter.priority);
      this.#priorities = this.#priorities.filter((priority) => priority !== waiter.priority);
    }
    return true;
  }

  /** Whether somebody waits of at least this priority. */
  hasAhead(priority: number): boolean {
    const [highest = Number.NEGATIVE_INFINITY] = this.#priorities;
    return highest >= priority;
  }

  /** The first waiter that has no place in the line of the store and could use this one. */
  firstFor(permits: number, priority: number): Waiter | undefined {
    for (const waiter of this.#lanes.get(priority) ?? []) {
      if (waiter.place === undefined && waiter.permits === permits) return waiter;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<Waiter> {
    for (const priority of this.#priorities) yield* this.#lanes.get(priority) as Set<Waiter>;
  }
}
