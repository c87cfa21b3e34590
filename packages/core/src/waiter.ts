import { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { Link } from './link.ts';
import type { Terms } from './options.ts';

/**
 * Somebody who waits. It leaves its line first and is settled then, exactly once; how it hears of that is the matter of
 * its subclass, which must run no code of users before the line is at rest (see `DeferredWaiter`).
 */
export abstract class Waiter<Request, Value = void> extends Link {
  declare readonly request: Request;
  #limits: Limits | undefined;

  constructor(request: Request) {
    super();
    this.request = request;
  }

  protected abstract onGrant(value: Value): void;
  protected abstract onGiveUp(reason: unknown): void;

  /** Starts what may end the wait early, if the terms ask for it. */
  limit(line: Line<Request, Value>, terms: Terms, operation: string): void {
    if (terms.signal !== undefined || terms.timeout !== Number.POSITIVE_INFINITY) {
      this.#limits = new Limits(line as Line<unknown, unknown>, this as Waiter<unknown, unknown>, terms, operation);
    }
  }

  /** From now on neither timer nor signal ends the wait. */
  unlimit(): void {
    this.#limits?.lift();
    this.#limits = undefined;
  }

  /** The signal that may end the wait, once it has aborted, even if its listeners have yet to run. */
  get abortedSignal(): AbortSignal | undefined {
    const signal = this.#limits?.signal;
    return signal?.aborted ? signal : undefined;
  }

  grant(value: Value): void {
    this.unlimit();
    this.onGrant(value);
  }

  /** Whatever the occasion, a waiter whose signal has aborted hears the signal's reason: that came first. */
  giveUp(reason: unknown): void {
    const aborted = this.abortedSignal;
    this.unlimit();
    this.onGiveUp(aborted === undefined ? reason : aborted.reason);
  }
}

/** Somebody who waits by the two functions of a promise. */
export class PromiseWaiter<Request, Value = void> extends Waiter<Request, Value> {
  readonly #resolve: (value: Value) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(request: Request, resolve: (value: Value) => void, reject: (reason: unknown) => void) {
    super(request);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  protected override onGrant(value: Value): void {
    this.#resolve(value);
  }

  protected override onGiveUp(reason: unknown): void {
    this.#reject(reason);
  }
}
