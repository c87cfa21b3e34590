import { type Request, WAITING } from './graph.ts';
import { report } from './report.ts';

// In all of this, requests that are granted together are one wait, for which the first of them stands.

/** A step from a wait to one that has to end before it can. */
interface Step {
  readonly wait: Request;
  /** The part of it that cannot be granted. */
  readonly part: Request;
  /** What is in its way: a hold, or a request ahead of it in the line. */
  readonly obstacle: Request;
  readonly next: Request;
}

interface Waits {
  has(wait: Request): boolean;
}

const ANY: Waits = { has: () => true };

/** Reports the deadlock that a wait is part of, or leads to, unless it has been reported. */
export function reportDeadlock(wait: Request): void {
  if (wait.stage !== WAITING) return;
  const stuck = stuckFrom(wait.first);
  for (const start of stuck) {
    if (start.isReported) continue;
    const knot = knotOf(start, stuck);
    if (knot.length === 0) continue;
    for (const step of knot) step.wait.isReported = true;
    report('deadlock', start, [...new Set(knot.flatMap(({ part, obstacle }) => [part, obstacle]))]);
  }
}

/** Of all the waits that lead on from this one, those that can never end, whatever the others do. */
function stuckFrom(start: Request): Set<Request> {
  const stuck = new Set([start]);
  // This visits what it adds.
  for (const wait of stuck) {
    if (!canEnd(wait, ANY)) for (const { next } of steps(wait, ANY)) stuck.add(next);
  }
  // Take away those that can end, until none is left.
  for (let size = -1; size !== stuck.size; ) {
    size = stuck.size;
    for (const wait of [...stuck].reverse()) if (canEnd(wait, stuck)) stuck.delete(wait);
  }
  return stuck;
}

/** Whether a wait can end once all have released that are not stuck. Stops looking as soon as that is certain. */
function canEnd(wait: Request, stuck: Waits): boolean {
  for (const part of wait.parts) {
    const { lock, weight } = part;
    for (const head of lock.ahead(part)) if (stuck.has(head.first)) return false;
    const { capacity } = lock;
    let room = capacity - lock.held;
    for (const hold of lock.holds) {
      if (room >= weight) break;
      if (!hasStuck(hold, stuck)) room += hold.weight;
    }
    // What is larger than the capacity waits for somebody to raise it.
    if (room < weight && weight <= capacity) return false;
  }
  return true;
}

function* steps(wait: Request, stuck: Waits): Iterable<Step> {
  for (const part of wait.parts) {
    for (const obstacle of part.lock.holds) {
      for (const next of waitsOf(obstacle)) if (stuck.has(next)) yield { wait, part, obstacle, next };
    }
    for (const obstacle of part.lock.ahead(part)) {
      if (stuck.has(obstacle.first)) yield { wait, part, obstacle, next: obstacle.first };
    }
  }
}

/** The steps of all ways that lead from a wait back to it. */
function knotOf(start: Request, stuck: Waits): Step[] {
  const before = new Map<Request, Request[]>([[start, []]]);
  const all: Step[] = [];
  for (const wait of before.keys()) {
    for (const step of steps(wait, stuck)) {
      const waits = before.get(step.next);
      if (waits === undefined) before.set(step.next, [wait]);
      else waits.push(wait);
      all.push(step);
    }
  }
  const back = new Set(before.get(start));
  for (const wait of back) for (const other of before.get(wait) as Request[]) back.add(other);
  return all.filter(({ wait, next }) => back.has(wait) && back.has(next));
}

const NONE: readonly Request[] = [];

/** The waits that have to end before the task of a hold can go on. */
function waitsOf({ task }: Request): Iterable<Request> {
  return task?.waits ?? NONE;
}

function hasStuck(hold: Request, stuck: Waits): boolean {
  for (const wait of waitsOf(hold)) if (stuck.has(wait)) return true;
  return false;
}
