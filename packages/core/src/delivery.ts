// How deep a callback may nest in the call that let it in. Beyond, it runs when the innermost one has returned,
// so that a chain of a million callbacks which each let the next one in needs no more stack than a few.
const DEPTH_LIMIT = 8;

/** Somebody who has an outcome and has yet to hear of it. */
export interface Posted {
  nextPosted: Posted | undefined;
  /** Runs code of users, and catches what that throws. */
  hear(): void;
}

let depth = 0;
let first: Posted | undefined;
let last: Posted | undefined;

/** Puts somebody into the list of those whom `deliver()` will tell. */
export function post(posted: Posted): void {
  if (last === undefined) first = posted;
  else last.nextPosted = posted;
  last = posted;
}

/**
 * Tells all who have been posted, in the order they were. Every change of state ends with this call, after all its
 * outcomes have been decided.
 */
export function deliver(): void {
  if (first === undefined || depth === DEPTH_LIMIT) return;
  depth++;
  try {
    while (first !== undefined) {
      const posted: Posted = first;
      first = posted.nextPosted;
      if (first === undefined) last = undefined;
      posted.nextPosted = undefined;
      posted.hear();
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
