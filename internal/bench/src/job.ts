/** How long to measure, in milliseconds; everything runs at least once. */
export interface Budget {
  readonly warmUp: number;
  /** The minimum time of one sample. */
  readonly sample: number;
  /** The minimum time of all samples together. */
  readonly samples: number;
}

/** What a child process measures. */
export interface Job {
  readonly row: string;
  readonly subject: string;
  readonly size: number;
  readonly budget: Budget;
  /** The best pace that any process has seen so far, in milliseconds. */
  readonly pace?: number | undefined;
}

/** Nanoseconds (or bytes) per operation for each sample, and the best pace during the samples. */
export interface Samples {
  readonly samples: readonly number[];
  readonly pace?: number;
}

/** The result of a child process: samples, or the reason why the subject is disqualified. */
export type Outcome = Samples | { readonly wrong: string };
