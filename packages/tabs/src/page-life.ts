// A page that is frozen, or kept for the back button, runs nothing, and may never come back. (Safari has no `freeze`.)
export const SLEEP: readonly string[] = ['freeze', 'pagehide'];
export const WAKE: readonly string[] = ['resume', 'pageshow'];

/** Calls `run` at the next of these events. Returns what stops that. Workers have no such events. */
export function onNext(events: readonly string[], run: () => void): () => void {
  const stop = (): void => {
    for (const event of events) globalThis.removeEventListener?.(event, listener, true);
  };
  const listener = (): void => {
    stop();
    run();
  };
  // Some are the document's, and do not bubble; but the window can catch them on their way there.
  for (const event of events) globalThis.addEventListener?.(event, listener, true);
  return stop;
}
