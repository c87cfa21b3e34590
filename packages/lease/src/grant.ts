import type { Hold } from './hold.ts';
import type { Loss } from './loss.ts';
import type { LockId } from './store.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tenure } from './tenure.ts';

/** What the line of a lock does for those who hold it. */
export interface Holding {
  readonly lock: LockId;
  readonly label: string;
  readonly around: Surroundings;
  now(): number;
  /** Ends the tenure, and hands the hold over or gives it back. */
  release(hold: Hold, tenure: Tenure): Promise<void>;
  /** Turns a write hold into a read hold, which becomes the new tenure of the same hold. */
  downgrade(hold: Hold): Promise<Grant>;
  /** The store has taken the hold, or it can no longer be renewed. */
  lose(hold: Hold, why: Loss): void;
  /** Nobody can release the hold any more. */
  abandon(hold: Hold): void;
}

/** A hold for one caller. */
export interface Grant {
  readonly line: Holding;
  readonly hold: Hold;
  readonly tenure: Tenure;
}
