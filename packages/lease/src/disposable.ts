/**
 * Gives an object `[Symbol.asyncDispose]()`, which calls a method of it. Looked for with each object, because a program may
 * define the symbol after it has imported us. Where there is none, compiled `await using` looks for the other one.
 */
export function makeDisposable<Name extends string>(object: Record<Name, () => Promise<void>>, name: Name): void {
  const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
  if (dispose in object) return;
  Object.defineProperty(Object.getPrototypeOf(object), dispose, {
    value(this: typeof object): Promise<void> {
      return this[name]();
    },
  });
}
