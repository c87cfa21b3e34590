/** How long to go on, in milliseconds; everything is done at least once. */
export interface Budget {
  readonly warmUp: number;
  /** One sample takes at least so long. */
  readonly sample: number;
  /** All of them together take at least so long. */
  readonly samples: number;
}

/** What a child process is asked to measure. */
export interface Job {
  readonly row: string;
  readonly subject: string;
  readonly size: number;
  readonly budget: Budget;
  /** The best pace that any process has seen so far, in milliseconds. */
  readonly pace?: number | undefined;
}

/** Nanoseconds (or bytes) for each operation, once for each sample, and the best pace meanwhile. */
export interface Samples {
  readonly samples: readonly number[];
  readonly pace?: number;
}

/** What it answers, if not why the subject is disqualified. */
export type Outcome = Samples | { readonly wrong: string };
