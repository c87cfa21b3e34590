/** What tells that the page falls asleep or awakes: an event of the document, and one of the window. */
type Moment = readonly [document: string, window: string];

// A page that is frozen, or kept for the back button, runs nothing, and may never come back. (Safari has no `freeze`.)
export const SLEEP: Moment = ['freeze', 'pagehide'];
export const WAKE: Moment = ['resume', 'pageshow'];

/** Calls `run` the next time. Returns what stops that. Workers have no such moments. */
export function onNext([atDocument, atWindow]: Moment, run: () => void): () => void {
  const { document } = globalThis;
  const stop = (): void => {
    document?.removeEventListener(atDocument, listener);
    globalThis.removeEventListener?.(atWindow, listener);
  };
  const listener = (): void => {
    stop();
    run();
  };
  document?.addEventListener(atDocument, listener);
  globalThis.addEventListener?.(atWindow, listener);
  return stop;
}
