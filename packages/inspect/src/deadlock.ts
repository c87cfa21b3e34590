import type { Request } from './graph.ts';
import { report } from './report.ts';

// In all of this, requests that are granted together are one wait, for which the first of them stands.

/** A step from a wait to one that has to end before it can. */
interface Step {
  /** The part of the wait that cannot be granted. */
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
export function reportDeadlock({ first, stage }: Request): void {
  if (stage !== 'wait' || first.isReported) return;
  const stuck = new Set([first]);
  // This visits what it adds.
  for (const wait of stuck) if (!canEnd(wait, ANY)) for (const { next } of steps(wait, ANY)) stuck.add(next);
  // Take away those that can end, until none is left.
  repeat(stuck, (wait) => canEnd(wait, stuck) && stuck.delete(wait));
  for (const start of stuck) if (!start.isReported) reportKnot(start, stuck);
}

/** Reports the steps of all ways that lead from a wait back to it, if there are any. */
function reportKnot(start: Request, stuck: Waits): void {
  const onward = new Set([start]);
  for (const wait of onward) for (const { next } of steps(wait, stuck)) onward.add(next);
  const back = new Set([start]);
  repeat(onward, (wait) => !back.has(wait) && steps(wait, back).length > 0 && back.add(wait));
  const knot = [...onward].filter((wait) => back.has(wait));
  const entries = knot.flatMap((wait) => steps(wait, back)).flatMap(({ part, obstacle }) => [part, obstacle]);
  if (entries.length === 0) return;
  for (const wait of knot) wait.isReported = true;
  report('deadlock', start, [...new Set(entries)]);
}

/** Does something to each wait, the last one first, again and again until nothing changes. */
function repeat(waits: ReadonlySet<Request>, change: (wait: Request) => unknown): void {
  while ([...waits].reverse().filter(change).length > 0);
}

/** Whether a wait can end once all have released that are not stuck. Stops looking as soon as that is certain. */
function canEnd({ parts }: Request, stuck: Waits): boolean {
  return parts.every((part) => {
    const { lock, weight } = part;
    if (lock.ahead(part).some((head) => isStuck(head, stuck))) return false;
    const { capacity } = lock;
    let room = capacity - lock.held;
    for (const hold of lock.holds) {
      if (room >= weight) break;
      if (!isStuck(hold, stuck)) room += hold.weight;
    }
    // What is larger than the capacity waits for somebody to raise it.
    return room >= weight || weight > capacity;
  });
}

function isStuck(obstacle: Request, stuck: Waits): boolean {
  for (const wait of waitsOf(obstacle)) if (stuck.has(wait)) return true;
  return false;
}

/** The steps from a wait to others of these. */
function steps({ parts }: Request, waits: Waits): Step[] {
  const found: Step[] = [];
  for (const part of parts) {
    for (const obstacle of [...part.lock.holds, ...part.lock.ahead(part)]) {
      for (const next of waitsOf(obstacle)) if (waits.has(next)) found.push({ part, obstacle, next });
    }
  }
  return found;
}

/** The waits that have to end before what is in the way can: that itself, or those in the task that holds the lock. */
function waitsOf({ first, stage, task }: Request): Iterable<Request> {
  return stage === 'wait' ? [first] : (task?.waits ?? []);
}
