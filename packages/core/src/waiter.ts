import { Limits, type Line } from './limits.ts';
import { Link } from './link.ts';
import type { Terms } from './options.ts';

/**
 * Asks for something, and tells one of the two functions how that ended, as the executor of a promise does.
 *
 * @returns the waiter, if there is a wait; otherwise one of the functions has been called already
 */
export type Entry<Value = void> = (
  onGrant: (value: Value) => void,
  onGiveUp: (reason: unknown) => void,
) => object | undefined;

/**
 * Somebody who waits. Settled exactly once, by one of its two functions, which have the shape of a promise executor's;
 * neither may run code of users before the line is at rest (see `Delivery`).
 */
export class Waiter<Request = void, Value = void> extends Link {
  readonly request: Request;
  readonly onGrant: (value: Value) => void;
  readonly onGiveUp: (reason: unknown) => void;
  limits: Limits | undefined = undefined;

  constructor(request: Request, onGrant: (value: Value) => void, onGiveUp: (reason: unknown) => void) {
    super();
    this.request = request;
    this.onGrant = onGrant;
    this.onGiveUp = onGiveUp;
  }

  /** Starts what may end the wait early, if the terms ask for it. */
  setLimits(line: Line<never>, terms: Terms, operation: string): void {
    if (terms.signal !== undefined || terms.timeout !== Number.POSITIVE_INFINITY) {
      this.limits = new Limits(line, this, terms, operation);
    }
  }

  /** True from the moment the signal is aborted, even if its listeners have yet to run. */
  get isAborted(): boolean {
    return this.limits?.signal?.aborted === true;
  }

  /** From now on neither timer nor signal ends the wait. */
  liftLimits(): void {
    this.limits?.lift();
    this.limits = undefined;
  }

  grant(value: Value): void {
    this.liftLimits();
    this.onGrant(value);
  }

  /** Whatever the occasion, a waiter whose signal has aborted hears the signal's reason: that came first. */
  giveUp(reason: unknown): void {
    const signal = this.limits?.signal;
    this.liftLimits();
    this.onGiveUp(signal?.aborted ? signal.reason : reason);
  }
}
