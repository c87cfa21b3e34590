// Where an example plays: who looks on, and how fast time goes. Run by itself, an example prints what happens; the demo
// and the tests look on in ways of their own.

export interface Stage {
  /** How long one tick of the example's time is, in milliseconds. */
  readonly tick: number;
  /** Is shown the primitive at work. */
  watch(primitive: object): void;
  /** Is told what happens, as it happens: `tell('query 3', 'asks', 'for a connection')`. */
  tell(who: string, does: string, detail?: string): void;
}

/** Prints a line for each thing that happens. */
export const printed: Stage = {
  tick: 5,
  watch() {},
  tell(...words) {
    console.log(words.filter(Boolean).join(' '));
  },
};
