/** One request, as a model sees it. */
export interface Ask {
  kind?: string;
  permits?: number;
  priority?: number;
  /** The number of the signal that ends it. */
  signal?: number;
  /** True if it does not wait. */
  impatient?: boolean;
  /** True if a guard, not a bare verb, releases the hold. */
  guarded?: boolean;
  /** Called with the outcome: nothing if granted, else why not. */
  told: (refusal?: string) => void;
}
