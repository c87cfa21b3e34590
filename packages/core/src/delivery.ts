import { append, isAlone, Link, unlink } from './link.ts';

// How deep a callback may nest in the call that let it in. Beyond, it runs when the innermost one has returned,
// so that a chain of a million callbacks which each let the next one in needs no more stack than a few.
const DEPTH_LIMIT = 8;

/** Somebody who has an outcome and has yet to hear of it. */
export interface Posted extends Link {
  /** Runs code of users, and catches what that throws. */
  hear(): void;
}

let depth = 0;
const posted: Link = /* @__PURE__ */ new Link();

/** Puts somebody who has left its line at the end of those whom `deliver()` will tell. */
export function post(who: Posted): void {
  append(posted, who);
}

/**
 * Tells all who have been posted, in the order they were. Every change of state ends with this call, after all its
 * outcomes have been decided.
 */
export function deliver(): void {
  if (isAlone(posted) || depth === DEPTH_LIMIT) return;
  depth++;
  try {
    while (!isAlone(posted)) {
      const first = posted.next as Posted;
      unlink(first);
      first.hear();
    }
  } finally {
    depth--;
  }
}

/** Runs code of users in the middle of a decision: nobody is told of anything until it is done. */
export function withoutDelivery(fn: () => void): void {
  const before = depth;
  depth = DEPTH_LIMIT;
  try {
    fn();
  } finally {
    depth = before;
  }
}
