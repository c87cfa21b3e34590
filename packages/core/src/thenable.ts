/**
 * The promise that a function of a user's has returned, whatever its make.
 *
 * @returns a promise of our own make, or undefined if it returned none
 * @throws what reading `then` throws
 */
export function adopt(result: unknown): Promise<unknown> | undefined {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return undefined;
  const { then } = result as { then?: unknown };
  if (typeof then !== 'function') return undefined;
  if (then === Promise.prototype.then) return Promise.resolve(result);
  // A foreign `then` is called later, by a native promise, which believes only its first word.
  return Promise.resolve().then(() => new Promise((resolve, reject) => void then.call(result, resolve, reject)));
}
