/** One request, as a model sees it. */
export interface Ask {
  kind?: string;
  permits?: number;
  priority?: number;
  /** Number of the signal that gives it up. */
  signal?: number;
  /** True when it waits not at all. */
  impatient?: boolean;
  /** True when a guard, not a bare verb, gives the hold back. */
  guarded?: boolean;
  /** Hears the outcome: nothing when granted, else why not. */
  told: (refusal?: string) => void;
}
