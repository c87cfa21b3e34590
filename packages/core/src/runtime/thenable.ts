/**
 * Turns what a user's function returned into a native promise, if it is a promise or a thenable: as `await` does, which
 * calls a foreign `then` later, heeds only its first call, and follows a native promise without its `then`.
 *
 * @returns a native promise, or undefined if it returned none
 * @throws what reading its members throws
 */
export function adopt(result: unknown): Promise<unknown> | undefined {
  const isPromise = typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
  return isPromise ? Promise.resolve(result) : undefined;
}

/** `promise.then()` as `await` calls it, whatever a user's program has made of that member. */
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
