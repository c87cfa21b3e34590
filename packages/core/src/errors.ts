/**
 * The wait took longer than its `timeout`.
 *
 * The message names the primitive, the operation and the time: `Mutex.lock timed out after 5000 ms`.
 */
export class TimeoutError extends Error {
  override get name(): string {
    return 'TimeoutError';
  }
}

/**
 * The wait was given up by `cancel()`, or, in the callback form, for a falsy reason, which is then the `cause`.
 *
 * An `AbortSignal` rejects with its own `signal.reason` instead.
 */
export class AbortError extends Error {
  override get name(): string {
    return 'AbortError';
  }
}

/**
 * The call does not fit the state of the primitive: unlocking what is not locked, releasing more than was taken,
 * `p()` at zero. Nothing has changed.
 */
export class InvalidStateError extends Error {
  override get name(): string {
    return 'InvalidStateError';
  }
}
