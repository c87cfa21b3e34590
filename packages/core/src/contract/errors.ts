/** The class of one of our errors. */
interface ErrorClass<E extends Error> {
  new (message?: string, options?: ErrorOptions): E;
  readonly prototype: E;
}

/** A wait took longer than its `timeout`. The message names the lock, the operation and the time. */
export interface TimeoutError extends Error {}

/**
 * A wait took longer than its `timeout`.
 *
 * The message names the lock, the operation and the time: `Mutex "token": acquire() timed out after 500 ms`.
 */
export const TimeoutError: ErrorClass<TimeoutError> = /* @__PURE__ */ named('TimeoutError', Error);

/** A wait ended by `cancel()`, or for a reason that could not be passed on as it is. */
export interface AbortError extends Error {}

/**
 * A wait ended by `cancel()`; by a signal that has no `reason`; or, in the callback form, for a falsy reason, which is
 * then the `cause`. An `AbortSignal` with a reason rejects with that reason instead.
 */
export const AbortError: ErrorClass<AbortError> = /* @__PURE__ */ named('AbortError', Error);

/** A call does not fit the state of the primitive. Nothing has changed. */
export interface InvalidStateError extends Error {}

/**
 * A call does not fit the state of the primitive: unlocking what is not locked, releasing more than was taken, `p()` at
 * zero. Nothing has changed.
 */
export const InvalidStateError: ErrorClass<InvalidStateError> = /* @__PURE__ */ named('InvalidStateError', Error);

// In a function, so that a bundler can drop the classes that a program does not use. The class has its name, because builds
// and bundlers rename classes, and loggers show `constructor.name`: as a getter, since a class whose `name` is defined
// afterwards takes a quarter longer to make an error (bench W5 timeouts). On the prototype it is a data property, as built-in
// errors have it: it can be assigned, and it is there when the stack is captured.
export function named<Class extends { readonly prototype: Error }>(name: string, Base: Class): Class {
  class Named extends (Base as unknown as ErrorConstructor) {
    static override get name(): string {
      return name;
    }
  }
  Object.defineProperty(Named.prototype, 'name', { value: name, writable: true, configurable: true });
  return Named as unknown as Class;
}
