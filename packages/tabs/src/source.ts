import type { BrowserLock } from './browser-lock.ts';

/** What the browser has granted to a tab: for one holder, who asks for this many permits. */
export interface Grant {
  readonly permits: number;
  readonly locks: readonly BrowserLock[];
}

/** What a source sees of the line that it works for. */
export interface Wanting {
  /** How many permits the first waiter asks for; 0 if nobody waits. */
  readonly wanted: number;
  /** Called when that may have changed. */
  onChange: (() => void) | undefined;
}

/** Where the holds of a line come from: the names that it asks the browser for. */
export interface Source {
  /** Takes what is free now; undefined if it is not. */
  probe(permits: number): Promise<Grant | undefined>;
  /**
   * Waits for what the first waiter wants, for as long as there is one: then it takes its request back by the controller,
   * and rejects.
   */
  wait(line: Wanting, controller: AbortController): Promise<Grant>;
}
