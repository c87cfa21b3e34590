import { foreignSignal } from './foreign-signal.ts';

/** A foreign signal that runs user code when it is asked whether it has aborted: one that notices its deadline then, say. */
export function askedSignal() {
  const { signal, abort } = foreignSignal();
  let hasAborted = false;
  const asked = {
    signal: signal as unknown as AbortSignal,
    abort,
    /** Runs once, when the signal is asked next. */
    onAsk: undefined as (() => void) | undefined,
  };
  Object.defineProperty(signal, 'aborted', {
    get() {
      const { onAsk } = asked;
      asked.onAsk = undefined;
      onAsk?.();
      return hasAborted;
    },
    set(value: boolean) {
      hasAborted = value;
    },
  });
  return asked;
}
