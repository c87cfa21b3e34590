/** One hold or one wait, as it was when it was looked at. */
export interface Entry {
  /** What the error messages of the lock call it, or the name that `watch` was given. */
  readonly lock: string;
  /** Whether it waits or holds. */
  readonly kind: 'wait' | 'hold';
  /** The method that was called: `sandbox`, `read.acquire`, `lock`, `acquireAll`, `map`. */
  readonly verb: string;
  /** When the wait or the hold began. */
  readonly since: Date;
  /** The number of the chain of sandboxes that it belongs to. */
  readonly task: number | undefined;
  /** How many permits it asks for or holds; 1 where there are none. */
  readonly permits: number;
  /** The lines of code that asked for it, if `stacks` is on. */
  readonly stack?: string;
}

/** Something that is probably wrong. */
export interface Report {
  /** What is wrong. */
  readonly kind: 'deadlock' | 'slow-wait' | 'slow-hold' | 'lost-guard';
  /**
   * What it is about. Of a deadlock: each wait, followed by what it waits for; of a slow wait: the wait, followed by the
   * holds of the lock.
   */
  readonly entries: readonly Entry[];
  /** All of it as text. */
  toString(): string;
}

/** Options of `watch`. */
export interface WatchOptions {
  /** What reports call the lock, or a function that says so; by default what its error messages call it. */
  name?: string | ((lock: object) => string) | undefined;
  /** Whether to remember where each hold and wait was asked for. It costs microseconds a call; default false. */
  stacks?: boolean | undefined;
  /** After how many milliseconds a wait or a hold is reported, once each. */
  slow?: { wait?: number | undefined; hold?: number | undefined } | undefined;
  /** Called with each report; default `console.warn`. What it throws or rejects with is shown by `console.error`. */
  onReport?: ((report: Report) => void) | undefined;
}
