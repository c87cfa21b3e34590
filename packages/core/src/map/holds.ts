/** How a run gets the holds for its calls, one after another. */
export interface Holds {
  /**
   * Asks for a hold.
   *
   * @returns whether it was granted immediately; otherwise the run is told later
   * @throws the reason, if it is refused immediately
   */
  ask(): boolean;
  /** The hold that has just been granted. */
  readonly latest: unknown;
  /** Tells when a hold is lost before it is released, if that can happen. */
  watch(hold: unknown, lost: (reason: unknown) => void): void;
  /** Stops asking. A hold that is granted even so is told to the run, which releases it. */
  giveUp(): void;
  /** Ends a hold. A promise, if that takes time and can fail. */
  release(hold: unknown): Promise<unknown> | undefined;
  /** The run is over. */
  leave(): void;
}

/** What is told of holds. */
export interface Run {
  granted(): void;
  refused(reason: unknown): void;
}
