type Then = (onValue: (value: unknown) => void, onError: (error: unknown) => void) => unknown;

/**
 * Follows what a function of a user's has returned, if it is a promise of any make.
 *
 * @returns false if it is none; then neither function is called
 * @throws what reading `then` throws
 */
export function follow(result: unknown, onValue: (value: unknown) => void, onError: (error: unknown) => void): boolean {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return false;
  const { then } = result as { then?: unknown };
  if (typeof then !== 'function') return false;
  if (then === Promise.prototype.then) {
    void then.call(result, onValue, onError);
  } else {
    // A foreign `then` is called later, by a native promise, which believes only its first word.
    const adopted = Promise.resolve().then(
      () => new Promise((resolve, reject) => void (then as Then).call(result, resolve, reject)),
    );
    void adopted.then(onValue, onError);
  }
  return true;
}
