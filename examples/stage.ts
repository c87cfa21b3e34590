// The environment of an example: how fast it runs, and what observes it. On its own, an example prints what happens; the
// demo and the tests observe it in other ways.

export interface Stage {
  /** The length of one tick of the example's time, in milliseconds. */
  readonly tick: number;
  /** Receives the primitive that is in use. */
  watch(primitive: object): void;
  /** Receives each event as it happens: `tell('query 3', 'asks', 'for a connection')`. */
  tell(who: string, does: string, detail?: string): void;
}

/** Prints a line for each event. */
export const printed: Stage = {
  tick: 5,
  watch() {},
  tell(...words) {
    console.log(words.filter(Boolean).join(' '));
  },
};
