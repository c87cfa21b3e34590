import type { BrowserLock } from './claim.ts';

/** What a caller asks for. */
export interface Ask {
  readonly permits: number;
  /** What it is refused with as soon as it would have to wait; undefined if it can wait. */
  readonly refusal: (() => Error | undefined) | undefined;
  /** What it got. */
  locks: readonly BrowserLock[];
  /** Whether that was given back. */
  isReleased: boolean;
}
