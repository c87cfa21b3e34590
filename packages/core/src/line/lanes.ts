import { isAlone, Link } from '../runtime/ring.ts';

/** The ring of all waiters of one rank and priority. */
export class Lane extends Link {
  // Set by the constructor alone, as in `Link`.
  declare readonly rank: number;
  declare readonly priority: number;
  /** Where it stands in the heap. */
  declare place: number;

  constructor(rank: number, priority: number) {
    super();
    this.rank = rank;
    this.priority = priority;
    this.place = 0;
  }
}

/**
 * The lanes of a line in order: higher rank first, then higher priority. They stand in a binary heap (Williams, 1964), so
 * with p distinct priorities waiting, a new one costs O(log p), and so does one that is no longer there.
 *
 * ```text
 *   first ─► lane 5 ◄─► A ◄─► B ◄─┐      The only lane stays when it is empty, so that
 *              └──────────────────┘      a lock with one waiter at a time makes no new
 *            lane 0 ◄─► C ◄─► D ◄─┐      lane for each.
 *              └──────────────────┘
 * ```
 */
export class Lanes {
  /** All lanes, as a heap. */
  readonly all: Lane[] = [];
  readonly #byKey: Map<unknown, Lane> = new Map();

  /**
   * The lane that goes first: the only one, or one with waiters. (Reading it from the heap takes 100 of the 2,500
   * instructions of a contended lock.)
   */
  first: Lane | undefined = undefined;

  /** The lane for a rank and a priority. */
  for(rank: number, priority: number): Lane {
    const { first } = this;
    if (first !== undefined) {
      if (first.priority === priority && first.rank === rank) return first;
      if (isAlone(first)) this.#drop(first);
    }
    const key = keyOf(rank, priority);
    let lane = this.#byKey.get(key);
    if (lane === undefined) {
      lane = new Lane(rank, priority);
      this.#byKey.set(key, lane);
      this.#settle(lane, this.all.length);
    }
    return lane;
  }

  /** A lane has lost its last waiter. */
  close(lane: Lane): void {
    if (this.all.length > 1) this.#drop(lane);
  }

  #drop(lane: Lane): void {
    this.#byKey.delete(keyOf(lane.rank, lane.priority));
    const last = this.all.pop() as Lane;
    if (last !== lane) this.#settle(last, lane.place);
  }

  // Puts a lane where it belongs, beginning at a free place.
  #settle(lane: Lane, free: number): void {
    let place = free;
    let parent = this.all[(place - 1) >> 1];
    while (place > 0 && isBefore(lane, parent as Lane)) {
      place = this.#put(parent as Lane, place);
      parent = this.all[(place - 1) >> 1];
    }
    for (;;) {
      const left = this.all[2 * place + 1];
      const right = this.all[2 * place + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, lane)) break;
      place = this.#put(child, place);
    }
    this.#put(lane, place);
  }

  // Returns the place that this leaves free.
  #put(lane: Lane, place: number): number {
    const free = lane.place;
    this.all[place] = lane;
    lane.place = place;
    if (place === 0) this.first = lane;
    return free;
  }
}

function keyOf(rank: number, priority: number): unknown {
  return rank === 0 ? priority : `${rank} ${priority}`;
}

/** Whether the waiters of `a` go before those of `b`. */
export function isBefore(a: Lane, b: Lane): boolean {
  return a.rank > b.rank || (a.rank === b.rank && a.priority > b.priority);
}
