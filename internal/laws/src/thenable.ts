/** An object whose `then` is this: a foreign promise, if it is a function. */
export function thenable(then: unknown): PromiseLike<unknown> {
  return { then } as PromiseLike<unknown>; // oxlint-disable-line unicorn/no-thenable
}

/** An object that throws when its `then` is read. */
export function hostileThenable(error: unknown): object {
  return {
    // biome-ignore lint/suspicious/noThenProperty: that is what it is for
    get then(): never /* oxlint-disable-line unicorn/no-thenable */ {
      throw error;
    },
  };
}

/** A native promise whose `then` is its own when it is first read, and calls both functions twice afterwards. */
export function changingThen<Value>(value: Value): Promise<Value> {
  const promise = Promise.resolve(value);
  let reads = 0;
  const callTwice = (onValue: (value: Value) => void, onError: (error: unknown) => void): Promise<void> => {
    for (const call of [onValue, onValue, onError, onError]) call(value as never);
    return Promise.resolve();
  };
  const get = (): unknown => (reads++ === 0 ? Promise.prototype.then : callTwice);
  return Object.defineProperty(promise, 'then', { get }); // oxlint-disable-line unicorn/no-thenable
}
