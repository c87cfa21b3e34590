import { named } from './errors.ts';
import type { AsyncDisposableIfKnown } from './guard.ts';
import type { Signal } from './signal.ts';

/** One hold that is kept outside this thread: releasing it takes time, and it can be lost. */
export interface Lease extends AsyncDisposableIfKnown {
  /** Whether `release()` has been called. */
  readonly released: boolean;
  /** Aborts with a `LeaseLostError` when the hold is lost before it is released. */
  readonly signal: Signal;
  /**
   * Releases the hold. Idempotent: every call returns the same promise. `[Symbol.asyncDispose]()` is the same. A release that
   * nobody awaits is never an unhandled rejection.
   *
   * @throws {LeaseLostError} as a rejection, if the hold was lost before
   */
  release(): Promise<void>;
}

/** Why a lease was lost. */
export type LossReason = 'silent' | 'taken' | 'late' | 'expired' | 'closed' | 'stolen';

/** A hold of a wider scope was lost before it was released. */
export interface LeaseLostError extends Error {
  /** The name of the lock. */
  readonly lock: string;
  /** The fencing token of the hold, where the scope has them. */
  readonly token: number | undefined;
  /**
   * `silent`: no renewal within two thirds of the lease; `taken`: the server gave it to another or forgot it; `late`:
   * the clock ran out unnoticed; `expired`: `maxHold`; `closed`: `close()`; `stolen`: by another script.
   */
  readonly why: LossReason;
}

/** The class of `LeaseLostError`. */
interface LeaseLostErrorClass {
  /** @param explanation - why, in words: the end of the message */
  new (lock: string, why: LossReason, explanation: string, token?: number, options?: ErrorOptions): LeaseLostError;
  readonly prototype: LeaseLostError;
}

/** A hold of a wider scope was lost before it was released. */
export const LeaseLostError: LeaseLostErrorClass = /* @__PURE__ */ named(
  'LeaseLostError',
  class extends Error {
    readonly lock: string;
    readonly token: number | undefined;
    readonly why: LossReason;

    constructor(lock: string, why: LossReason, explanation: string, token?: number, options?: ErrorOptions) {
      super(`The lease of ${JSON.stringify(lock)} was lost: ${explanation}`, options);
      this.lock = lock;
      this.token = token;
      this.why = why;
    }
  },
);
