import type { Request } from './graph.ts';
import { report } from './report.ts';

// A wait can end if each of its obstacles can: what waits ahead of it, and the holds that leave too little for it.

/** Reports the deadlock that a wait is part of, or leads to, unless it has been reported. */
export function reportDeadlock(wait: Request): void {
  if (wait.stage !== 'wait' || wait.isReported) return;
  const stuck = allBehind(waitsOf(wait));
  repeat(stuck, (each) => canEnd(each, stuck) && stuck.delete(each));
  for (const start of stuck) if (!start.isReported) reportKnot(start, stuck);
}

/** Reports all ways that lead from a wait back to it, if there are any. */
function reportKnot(start: Request, stuck: ReadonlySet<Request>): void {
  const onward = allBehind([start], stuck);
  const back = new Set([start]);
  repeat(onward, (wait) => !back.has(wait) && obstaclesOf(wait, back).length > 0 && back.add(wait));
  if (obstaclesOf(start, back).length === 0) return;
  const knot = [...onward].filter((wait) => back.has(wait));
  for (const wait of knot) wait.isReported = true;
  report('deadlock', start, [...new Set(knot.flatMap((wait) => [wait, ...obstaclesOf(wait, back)]))]);
}

/** Some waits, those that have to end before they can, and so on, as long as they cannot: among these, or any. */
function allBehind(starts: Iterable<Request>, waits?: ReadonlySet<Request>): Set<Request> {
  const found = new Set(starts);
  // Many wait for the same, in whose task many wait.
  const seen = new Set<Request>();
  // This visits what it adds.
  for (const wait of found) {
    if (canEnd(wait, waits)) continue;
    for (const obstacle of obstaclesOf(wait, waits)) {
      if (seen.has(obstacle)) continue;
      seen.add(obstacle);
      for (const next of waitsOf(obstacle, waits)) found.add(next);
    }
  }
  return found;
}

/** Does something to each wait, the last one first, again and again until nothing changes. */
function repeat(waits: ReadonlySet<Request>, change: (wait: Request) => unknown): void {
  while ([...waits].reverse().filter(change).length > 0);
}

/** Whether a wait can end although these cannot. */
function canEnd(wait: Request, stuck?: ReadonlySet<Request>): boolean {
  const { lock, weight } = wait;
  const { capacity } = lock;
  let room = capacity;
  for (const obstacle of obstaclesOf(wait, stuck)) room -= obstacle.stage === 'wait' ? Infinity : obstacle.weight;
  // What is larger than the capacity waits for somebody to raise it.
  return room >= weight || (room > -Infinity && weight > capacity);
}

/** What is in the way of a wait, and cannot end before these. */
function obstaclesOf(wait: Request, waits?: ReadonlySet<Request>): Request[] {
  const { head, holds } = wait.lock;
  const ahead = head === undefined || head === wait ? [] : [head];
  // The first one will do: there may be many.
  return [...holds, ...ahead].filter((obstacle) => !waitsOf(obstacle, waits).next().done);
}

/** Those that have to end before an obstacle can, among these, or any: itself and what is granted with it, or the waits in its task. */
function* waitsOf(obstacle: Request, waits?: ReadonlySet<Request>): Generator<Request> {
  const { stage, task, together } = obstacle;
  const all = stage === 'wait' ? (together ?? [obstacle]) : (task?.waits ?? []);
  for (const wait of all) if (waits?.has(wait) ?? true) yield wait;
}
