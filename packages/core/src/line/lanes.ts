import { append, isAlone, Link, unlink } from '../runtime/ring.ts';

/** The ring of all waiters of one rank and priority. */
class Lane extends Link {
  // Set by the constructor alone, as in `Link`.
  declare readonly rank: number;
  declare readonly priority: number;
  declare readonly key: unknown;
  declare place: number;

  constructor(rank: number, priority: number, key: unknown) {
    super();
    this.rank = rank;
    this.priority = priority;
    this.key = key;
    this.place = 0;
  }
}

/**
 * The waiters of a line in order: higher rank first, then higher priority, then first come, first served.
 *
 * Each rank and priority that waits has a lane; the lanes stand in a binary heap (Williams, 1964). So joining and leaving
 * are O(1) as long as all waiters have the same priority, and O(log p) with p distinct ones.
 *
 * ```text
 *   heap[0] ─► lane 5 ◄─► A ◄─► B ◄─┐      The only lane stays when it is empty, so
 *                └──────────────────┘      that a lock with one waiter at a time
 *   heap[1] ─► lane 0 ◄─► C ◄─► D ◄─┐      makes no new lane for each.
 *                └──────────────────┘
 * ```
 */
export class Lanes<Member extends Link> {
  readonly #heap: Lane[] = [];
  // Only once there has been a second lane.
  #byKey: Map<unknown, Lane> | undefined;

  /** The member that goes first. There must be one. */
  get head(): Member {
    return (this.#heap[0] as Lane).next as Member;
  }

  /** Whether a newcomer would go before all members. */
  isFirst(rank: number, priority: number): boolean {
    const first = this.#heap[0];
    return first === undefined || isAlone(first) || isBefore(rank, priority, first);
  }

  append(member: Member, rank: number, priority: number): void {
    append(this.#lane(rank, priority), member);
  }

  remove(member: Member): void {
    const neighbor = member.next;
    unlink(member);
    if (isAlone(neighbor) && this.#heap.length > 1) this.#drop(neighbor as Lane);
  }

  /** All members in order, as they are now. */
  all(): Member[] {
    const members: Member[] = [];
    for (const lane of [...this.#heap].sort((a, b) => (isBefore(a.rank, a.priority, b) ? -1 : 1))) {
      for (let link = lane.next; link !== lane; link = link.next) members.push(link as Member);
    }
    return members;
  }

  #lane(rank: number, priority: number): Lane {
    const first = this.#heap[0];
    if (first !== undefined) {
      if (first.priority === priority && first.rank === rank) return first;
      if (isAlone(first)) this.#drop(first);
    }
    const key = rank === 0 ? priority : `${rank} ${priority}`;
    let lane = this.#byKey?.get(key);
    if (lane === undefined) {
      lane = new Lane(rank, priority, key);
      this.#add(lane);
    }
    return lane;
  }

  #add(lane: Lane): void {
    this.#heap.push(lane);
    if (this.#heap.length > 1) {
      this.#byKey ??= new Map(this.#heap.map((each) => [each.key, each]));
    }
    this.#byKey?.set(lane.key, lane);
    this.#settle(lane, this.#heap.length - 1);
  }

  #drop(lane: Lane): void {
    this.#byKey?.delete(lane.key);
    const last = this.#heap.pop() as Lane;
    if (last !== lane) this.#settle(last, lane.place);
  }

  // Puts a lane where it belongs, beginning at a free place.
  #settle(lane: Lane, free: number): void {
    const heap = this.#heap;
    let place = free;
    const put = (each: Lane, at: number): void => {
      heap[at] = each;
      each.place = at;
    };
    for (let parent = (place - 1) >> 1; place > 0; parent = (place - 1) >> 1) {
      const above = heap[parent] as Lane;
      if (!isBefore(lane.rank, lane.priority, above)) break;
      put(above, place);
      place = parent;
    }
    for (;;) {
      let child = 2 * place + 1;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right.rank, right.priority, heap[child] as Lane)) child++;
      const below = heap[child];
      if (below === undefined || !isBefore(below.rank, below.priority, lane)) break;
      put(below, place);
      place = child;
    }
    put(lane, place);
  }
}

function isBefore(rank: number, priority: number, lane: Lane): boolean {
  return rank > lane.rank || (rank === lane.rank && priority > lane.priority);
}
