/** How a run gets the holds for its calls, one after another. */
export interface Holds {
  /**
   * Asks for a hold.
   *
   * @returns whether it was granted immediately; otherwise the run is told later
   * @throws the reason, if it is refused immediately
   */
  ask(): boolean;
  /** The hold that has just been granted; undefined where all are alike. */
  readonly latest?: Held | undefined;
  /** Stops asking. A hold that is granted even so is told to the run, which releases it. */
  giveUp(): void;
  /** Ends a hold. A promise, if that takes time and can fail. */
  release(hold: Held | undefined): Promise<unknown> | undefined;
  /** Nothing is held or asked for at the moment. */
  leave(): void;
}

/** One hold of a lock that has a guard or a lease for it. */
export interface Held {
  /**
   * A call begins. Until its release, the run is told if the hold is lost.
   *
   * @returns the lease, if it is one
   * @throws the reason, if it is lost already
   */
  use(index: number): unknown;
}

/** What is told of holds. */
export interface Run {
  granted(): void;
  /** It does not get the hold that it has asked for. */
  refused(reason: unknown): void;
  /** The hold of a call is lost. */
  lost(reason: unknown, index: number): void;
}
