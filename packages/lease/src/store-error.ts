/** The store refused an operation, or did not answer one that cannot be repeated. */
export interface StoreError extends Error {}

/** The class of `StoreError`. */
interface StoreErrorClass {
  new (message?: string, options?: ErrorOptions): StoreError;
  readonly prototype: StoreError;
}

/**
 * The store refused an operation, or did not answer one that cannot be repeated. The `cause` is the error of the server
 * or of the network, without the command and its arguments: they may hold what is secret.
 */
export const StoreError: StoreErrorClass = /* @__PURE__ */ named(
  class extends Error {
    static override get name(): string {
      return 'StoreError';
    }
  },
);

// A data property on the prototype, as built-in errors have it.
function named(Class: StoreErrorClass & { readonly name: string }): StoreErrorClass {
  Object.defineProperty(Class.prototype, 'name', { value: Class.name, writable: true, configurable: true });
  return Class;
}

/** What a caller is told of a command that was refused, or that was not answered and cannot be repeated. */
export function failureOf(label: string, error: unknown): StoreError {
  const [what, cause] =
    error instanceof StoreError ? [error.message, error.cause] : ['the store did not answer', bare(error)];
  return new StoreError(`${label}: ${what}`, { cause });
}

/** The error of an operation that the server has refused. */
export function refusal(error: unknown, operation: string, advice = ''): StoreError {
  const cause = bare(error);
  return new StoreError(`the server refused to ${operation}: ${cause.message}${advice}`, { cause });
}

/** An error with the name, the message and the code of another, and nothing else. */
export function bare(error: unknown): Error {
  const { name = 'Error', message = String(error), code }: Partial<Error> & { code?: unknown } = Object(error);
  const copy = new Error(message);
  Object.defineProperty(copy, 'name', { value: name, writable: true, configurable: true });
  if (typeof code === 'string')
    Object.defineProperty(copy, 'code', { value: code, writable: true, configurable: true });
  return copy;
}
