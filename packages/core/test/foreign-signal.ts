/** A signal of another library: it has only what a wait uses. */
export function foreignSignal<Members extends object>(members: Members = {} as Members): AbortSignal & Members {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {}, ...members };
  return signal as unknown as AbortSignal & Members;
}

/** Aborts it without calling any listener. */
export function abortSilently(signal: AbortSignal): void {
  Object.assign(signal, { aborted: true });
}
