import { isAlone, Link } from '../runtime/ring.ts';

/** The ring of all waiters of one rank and priority. */
export class Lane extends Link {
  // Set by the constructor alone, as in `Link`.
  declare readonly rank: number;
  declare readonly priority: number;

  constructor(rank: number, priority: number) {
    super();
    this.rank = rank;
    this.priority = priority;
  }
}

/**
 * The lanes of a line in order: the one that goes first is the last, where an array grows and shrinks without moving the
 * others. Higher rank goes first, then higher priority. Every lane has waiters, except that an only lane stays when it is
 * empty, so that a lock with one waiter at a time makes no new lane for each.
 *
 * ```text
 *   lanes[0], priority 0 ◄─► C ◄─► D ◄─┐
 *         └────────────────────────────┘
 *   lanes[1], priority 5 ◄─► A ◄─► B ◄─┐
 *         └────────────────────────────┘
 * ```
 */
export type Lanes = Lane[];

/** The lane that goes first. There must be one. (Hermes lacks `at()`.) */
export function firstLane(lanes: Lanes | undefined): Lane {
  return (lanes as Lanes)[(lanes as Lanes).length - 1] as Lane;
}

/** Positive if the waiters of a lane go before this rank and priority, zero if they are of the same. */
export function compare(lane: Lane, rank: number, priority: number): number {
  return lane.rank - rank || lane.priority - priority;
}

/** The lane for a rank and a priority. */
export function laneFor(lanes: Lanes, rank: number, priority: number): Lane {
  const place = placeOf(lanes, rank, priority);
  let lane = lanes[place];
  if (lane === undefined || compare(lane, rank, priority) !== 0) {
    const [only] = lanes;
    // Not `pop()`, which keeps the memory: in memory that has become old, 20,000 new lanes in front of one another take 25
    // times as long (bench W10 falling priorities).
    if (only !== undefined && isAlone(only)) lanes.length = 0;
    lane = new Lane(rank, priority);
    lanes.splice(place, 0, lane);
  }
  return lane;
}

/** A lane has lost its last waiter. */
export function closeLane(lanes: Lanes, { rank, priority }: Lane): void {
  if (lanes.length > 1) lanes.splice(placeOf(lanes, rank, priority), 1);
}

// By binary search: where a lane is, or would be.
function placeOf(lanes: Lanes, rank: number, priority: number): number {
  let from = 0;
  let to = lanes.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(lanes[middle] as Lane, rank, priority) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
