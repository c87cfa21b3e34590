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

/** A lock that other processes use, as its server last described it. */
export class LastSeen {
  readonly holder: string | undefined;
  /** When the lease of the holder ends, in milliseconds. */
  readonly until: number;
  readonly waiting: number;

  constructor(holder: string | undefined, until = 0, waiting = 0) {
    this.holder = holder;
    this.until = until;
    this.waiting = waiting;
  }
}

/** What an example in a process of its own sends to the demo. */
export type Sent = { readonly seen: LastSeen } | { readonly told: Parameters<Stage['tell']> };

/** Sends each event to the process that has started this one. */
export function sent(tick: number): Stage {
  const send = (news: Sent): void => void process.send?.(news);
  return {
    tick,
    watch: (primitive) => send({ seen: primitive as LastSeen }),
    tell: (...told) => send({ told }),
  };
}
