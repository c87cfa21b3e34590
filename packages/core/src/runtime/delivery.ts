import { append, isAlone, Link, unlink } from './ring.ts';

// How deep a callback may nest in the call that granted it. Beyond, it runs when the innermost one has returned, so that
// a chain of a million callbacks that each grant the next one needs no more stack than a few.
const DEPTH_LIMIT = 8;

/** A waiter that has an outcome and has not been told yet. */
export interface Posted extends Link {
  /** Runs user code, and catches what that throws. */
  run(): void;
}

let depth = 0;
const posted: Link = /* @__PURE__ */ new Link();

/** Queues a waiter that has left its line for `deliver()`. */
export function post(waiter: Posted): void {
  append(posted, waiter);
}

/** Queues it in front of all that are posted: what it decides is decided before any of them is told. */
export function postFirst(decision: Posted): void {
  append(posted.next, decision);
}

/**
 * Tells all that are posted, in order. Every change of state ends with this call, after all its outcomes have been
 * decided.
 */
export function deliver(): void {
  if (isAlone(posted) || depth === DEPTH_LIMIT) return;
  depth++;
  try {
    while (!isAlone(posted)) {
      const first = posted.next as Posted;
      unlink(first);
      first.run();
    }
  } finally {
    depth--;
  }
}

/** Runs user code in the middle of a decision: nothing is told before it is done. */
export function withoutDelivery(fn: () => void): void {
  const before = depth;
  depth = DEPTH_LIMIT;
  try {
    fn();
  } finally {
    depth = before;
  }
}
