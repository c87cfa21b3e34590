import type { Hold } from './hold.ts';
import type { Tenure } from './tenure.ts';

/** What the line of a lock does for those who hold it. */
export interface Holding {
  readonly label: string;
  now(): number;
  /** Ends the tenure, and hands the hold over or gives it back. */
  release(hold: Hold, tenure: Tenure): Promise<void>;
  /** Turns a write hold into a read hold, which becomes the new tenure of the same hold. */
  downgrade(hold: Hold): Promise<Grant>;
  /** Nobody can release the hold any more. */
  abandon(hold: Hold): void;
}

/** A hold for one caller. */
export interface Grant {
  readonly line: Holding;
  readonly hold: Hold;
  readonly tenure: Tenure;
}
