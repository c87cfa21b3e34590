/**
 * Turns what a user's function returned into a native promise, if it is a promise or a thenable.
 *
 * @returns a native promise, or undefined if it returned none
 * @throws what reading its members throws
 */
export function adopt(result: unknown): Promise<unknown> | undefined {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return undefined;
  const { then } = result as { then?: unknown };
  if (typeof then !== 'function') return undefined;
  if (then === Promise.prototype.then) return Promise.resolve(result);
  // A foreign `then` is called later, by a native promise, which heeds only the first call.
  return Promise.resolve().then(() => new Promise((resolve, reject) => void then.call(result, resolve, reject)));
}

/**
 * `promise.then()`, without reading `then` again: one that has changed since it was read could call both functions, or
 * one of them twice.
 */
export function react<Result>(
  promise: Promise<unknown>,
  onValue: (value: unknown) => Result,
  onError: (error: unknown) => Result,
): Promise<Result> {
  return Promise.prototype.then.call(promise, onValue, onError) as Promise<Result>;
}

/** Lets a promise, a thenable or anything else be. A rejection is nobody's. */
export function drop(outcome: unknown): void {
  void react(Promise.resolve(outcome), ignore, ignore);
}

function ignore(): void {}
