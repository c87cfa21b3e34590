/** A captured async context in which a function can run later. */
export interface CapturedContext {
  runInAsyncScope<Self>(fn: (this: Self) => void, self: Self): void;
  /** Tells trackers of contexts that nothing will run in it any more. */
  emitDestroy?(): void;
}

/** Captures the current context of one kind, around that of another kind if there is one. */
export type Capture = (inner: CapturedContext | undefined) => CapturedContext;

/** The context of `outer`, around `inner`. */
export function around(outer: { run(fn: () => void): void }, inner: CapturedContext | undefined): CapturedContext {
  return {
    runInAsyncScope: (fn, self) =>
      outer.run(() => (inner === undefined ? fn.call(self) : inner.runInAsyncScope(fn, self))),
  };
}
