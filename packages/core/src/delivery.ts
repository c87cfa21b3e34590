import { type AsyncContext, captureAsyncContext } from './async-context.ts';
import { report } from './report.ts';

// How deep a callback may nest in the call that let it in. Beyond, it runs when the innermost one has returned,
// so that a chain of a million callbacks which each let the next one in needs no more stack than a few.
const DEPTH_LIMIT = 8;

/** A delivery that has its outcome and waits for `deliver()`. */
interface Posted {
  next: Posted | undefined;
  run(): void;
}

let depth = 0;
let first: Posted | undefined;
let last: Posted | undefined;

/**
 * A function of a user's that is to hear an outcome: at once while its caller is still on the stack, or, once
 * deferred, when the line is at rest, in the async context of its caller, and without reaching whoever let it in.
 */
export class Delivery<Args extends unknown[]> {
  readonly #fn: (...args: Args) => void;
  readonly #self: unknown;
  #isDeferred = false;
  #context: AsyncContext | undefined = undefined;
  #args: Args | undefined = undefined;
  next: Posted | undefined = undefined;

  constructor(fn: (...args: Args) => void, self?: unknown) {
    this.#fn = fn;
    this.#self = self;
  }

  /** From now on outcomes wait for `deliver()`. */
  defer(): void {
    this.#isDeferred = true;
    this.#context = captureAsyncContext();
  }

  /** Tells the outcome now, or posts it if deferred. A deferred delivery takes one outcome at a time. */
  tell(...args: Args): void {
    if (!this.#isDeferred) {
      this.#fn.apply(this.#self, args);
      return;
    }
    this.#args = args;
    post(this);
  }

  run(): void {
    const args = this.#args as Args;
    this.#args = undefined;
    try {
      if (this.#context === undefined) this.#fn.apply(this.#self, args);
      else this.#context.runInAsyncScope(this.#fn, this.#self, ...args);
    } catch (error) {
      report(error);
    }
  }
}

function post(delivery: Posted): void {
  if (last === undefined) first = delivery;
  else last.next = delivery;
  last = delivery;
}

/**
 * Runs all posted deliveries, in the order they were posted. Every change of state ends with this call, after all
 * its outcomes have been decided.
 */
export function deliver(): void {
  if (first === undefined || depth === DEPTH_LIMIT) return;
  depth++;
  try {
    while (first !== undefined) {
      const delivery: Posted = first;
      first = delivery.next;
      if (first === undefined) last = undefined;
      delivery.next = undefined;
      delivery.run();
    }
  } finally {
    depth--;
  }
}
