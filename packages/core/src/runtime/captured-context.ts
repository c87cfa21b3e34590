/** A captured async context in which a function can run later. */
export interface CapturedContext {
  runInAsyncScope<Argument>(fn: (argument: Argument) => void, self: undefined, argument: Argument): void;
  /** Tells trackers of contexts that nothing will run in it any more. */
  emitDestroy?(): void;
}

/** Captures the current context of one kind. */
export type Capture = () => CapturedContext;
