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
 * The lanes of a line in order, in blocks: the lane that goes first is the last of the last block. Higher rank goes first,
 * then higher priority. Every lane has waiters, except that an only lane stays when it is empty, so that a lock with one
 * waiter at a time makes no new lane for each.
 *
 * A block that has grown too long is cut in two. In one array, a new lane would move all that go before it: 20,000 with
 * falling priorities would take twice (Node 26) to ten times (Node 20) as long (bench W10).
 *
 * ```text
 *   lanes[0][0], priority 0 ◄─► C ◄─► D ◄─┐
 *            └────────────────────────────┘
 *   lanes[0][1], priority 5 ◄─► A ◄─► B ◄─┐
 *            └────────────────────────────┘
 * ```
 */
export type Lanes = Lane[][];

const LONGEST_BLOCK = 256;

/** The lane that goes first. There must be one. (Hermes lacks `at()`.) */
export function firstLane(lanes: Lanes | undefined): Lane {
  return lastOf(lastOf(lanes as Lanes));
}

/** Positive if the waiters of a lane go before this rank and priority, zero if they are of the same. */
export function compare(lane: Lane, rank: number, priority: number): number {
  return lane.rank - rank || lane.priority - priority;
}

/** The lane for a rank and a priority. */
export function laneFor(lanes: Lanes, rank: number, priority: number): Lane {
  const index = blockFor(lanes, rank, priority);
  const block = lanes[index] as Lane[];
  const place = placeIn(block, rank, priority);
  let lane = block[place];
  if (lane === undefined || compare(lane, rank, priority) !== 0) {
    const [only] = block;
    if (only !== undefined && isAlone(only)) block.pop();
    lane = new Lane(rank, priority);
    block.splice(place, 0, lane);
    if (block.length > LONGEST_BLOCK) lanes.splice(index + 1, 0, block.splice(LONGEST_BLOCK / 2));
  }
  return lane;
}

/** A lane has lost its last waiter. */
export function closeLane(lanes: Lanes, { rank, priority }: Lane): void {
  const index = blockFor(lanes, rank, priority);
  const block = lanes[index] as Lane[];
  if (block.length > 1) block.splice(placeIn(block, rank, priority), 1);
  else if (lanes.length > 1) lanes.splice(index, 1);
}

// By binary search: the block in which a lane is, or would be.
function blockFor(lanes: Lanes, rank: number, priority: number): number {
  let from = 0;
  let to = lanes.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(lastOf(lanes[middle] as Lane[]), rank, priority) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

// Likewise: where in its block a lane is, or would be. (One search for both takes half as long again: bench W10.)
function placeIn(block: Lane[], rank: number, priority: number): number {
  let from = 0;
  let to = block.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(block[middle] as Lane, rank, priority) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function lastOf<Item>(items: readonly Item[]): Item {
  return items[items.length - 1] as Item;
}
