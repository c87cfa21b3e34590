/** A signal as of a polyfill or another realm: an object with the members of an `AbortSignal`. */
export function foreignSignal() {
  const listeners = new Set<(event: unknown) => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: (event: unknown) => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) => void listeners.delete(listener),
  };
  const abort = (reason: unknown): void => {
    signal.aborted = true;
    signal.reason = reason;
    for (const listener of listeners) listener({ type: 'abort' });
  };
  return { signal, listeners, abort };
}
