import { type AsyncContext, captureAsyncContext } from './async-context.ts';
import { report } from './report.ts';
import { Waiter } from './waiter.ts';

// How deep a callback may nest in the call that let it in. Beyond, it runs when the innermost one has returned,
// so that a chain of a million callbacks which each let the next one in needs no more stack than a few.
const DEPTH_LIMIT = 8;

/** A waiter that has its outcome, in the list of those who have yet to hear of it. */
interface Posted {
  nextPosted: Posted | undefined;
  hear(): void;
}

let depth = 0;
let first: Posted | undefined;
let last: Posted | undefined;

/**
 * Somebody who waits by a function of a user's. It is told when the line is at rest, in the async context in which it
 * began to wait, and what it throws is reported instead of reaching whoever let it in.
 */
export abstract class DeferredWaiter<Request, Value = void> extends Waiter<Request, Value> implements Posted {
  readonly #context: AsyncContext | undefined = captureAsyncContext();
  nextPosted: Posted | undefined = undefined;

  /** Runs the user's function. */
  protected abstract tell(): void;

  /** Called once the outcome is known: from now on `deliver()` tells it. */
  protected post(): void {
    enlist(this);
  }

  hear(): void {
    try {
      if (this.#context === undefined) this.tell();
      else this.#context.runInAsyncScope(this.tell, this);
    } catch (error) {
      report(error);
    }
  }
}

function enlist(posted: Posted): void {
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
