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
