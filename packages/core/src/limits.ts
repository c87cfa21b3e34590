import { joinHub, leaveHub } from './abort-hub.ts';
import { deliver } from './delivery.ts';
import { TimeoutError } from './errors.ts';
import type { Line } from './line.ts';
import { isAlone, Link } from './link.ts';
import type { Terms } from './options.ts';
import { report } from './report.ts';
import type { Waiter } from './waiter.ts';

// A timer of 2³¹ ms or more would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * What may end a wait early: its timer and its signal. Only a waiter that asked for one of them has limits.
 * As a link it is a member of its signal's hub.
 */
export class Limits extends Link {
  declare readonly line: Line<unknown, unknown>;
  declare readonly waiter: Waiter<unknown, unknown>;
  declare readonly signal: AbortSignal | undefined;
  readonly #operation: string;
  readonly #timeout: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts the timer and listens to the signal. */
  constructor(line: Line<unknown, unknown>, waiter: Waiter<unknown, unknown>, terms: Terms, operation: string) {
    super();
    this.line = line;
    this.waiter = waiter;
    this.signal = terms.signal;
    this.#operation = operation;
    this.#timeout = terms.timeout;
    try {
      if (terms.signal !== undefined) joinHub(this, terms.signal);
      if (terms.timeout !== Number.POSITIVE_INFINITY) this.startTimer(terms.timeout);
    } catch (error) {
      this.lift();
      throw error;
    }
  }

  /** Clears the timer and leaves the signal. A foreign timer that throws must not stop a grant. */
  lift(): void {
    if (!isAlone(this)) leaveHub(this, this.signal as AbortSignal);
    const timer = this.#timer;
    if (timer === undefined) return;
    this.#timer = undefined;
    try {
      clearTimeout(timer);
    } catch (error) {
      report(error);
    }
  }

  startTimer(remaining: number): void {
    this.#timer = setTimeout(timeUp, Math.min(remaining, LONGEST_TIMER), this, remaining - LONGEST_TIMER);
  }

  /** The timer has fired. One that could not be cleared fires in vain. */
  timeUp(remaining: number): void {
    if (this.#timer === undefined) return;
    if (remaining > 0) {
      this.startTimer(remaining);
      return;
    }
    this.line.giveUp(this.waiter, timeoutError(this.#operation, this.#timeout));
    this.line.drain();
    deliver();
  }
}

/** The error of an operation that could not be done within `timeout` milliseconds. */
export function timeoutError(operation: string, timeout: number): TimeoutError {
  return new TimeoutError(`${operation} timed out after ${timeout} ms`);
}

// One function for all timers, with its arguments passed by the timer: no closure a waiter.
function timeUp(limits: Limits, remaining: number): void {
  limits.timeUp(remaining);
}
