interface ClassOf<T> {
  readonly name: string;
  readonly prototype: T;
}

type Replacement<T, Method> = Method extends (...args: infer Args) => infer Result
  ? (this: T, original: (...args: Args) => Result, ...args: Args) => Result
  : never;

/** Replaces a method. The replacement is given the original, and then what the method is called with. */
export function patch<T, Name extends keyof T & (string | symbol)>(
  { name, prototype }: ClassOf<T>,
  method: Name,
  replacement: Replacement<T, T[Name]>,
): void {
  const original: unknown = prototype[method];
  if (typeof original !== 'function') throw new Error(`${name} has no method ${String(method)}()`);
  const value = function (this: T, ...args: unknown[]): unknown {
    return Reflect.apply(replacement, this, [original.bind(this), ...args]);
  };
  Object.defineProperty(prototype, method, { value, writable: true, configurable: true });
}

/** Runs a function while one method of an object does nothing. */
export function without<T extends object>(object: T, method: keyof T, run: () => void): void {
  Object.defineProperty(object, method, { value() {}, configurable: true });
  try {
    run();
  } finally {
    Reflect.deleteProperty(object, method);
  }
}
