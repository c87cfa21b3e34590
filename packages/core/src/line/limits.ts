import { type Named, timeoutError } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf, type SignalShape } from '../contract/signal.ts';
import { deliver } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';
import { isAlone, Link } from '../runtime/ring.ts';
import { joinHub, leaveHub, type Member } from './abort-hub.ts';
import type { Verb } from './verb.ts';

/** What limits can end. */
export interface Limited {
  readonly line: { readonly owner: Named; drain(): void };
  readonly verb: Verb;
  leave(reason: unknown): void;
}

// A timer of 2³¹ ms or more would fire immediately.
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * What may end a wait early: its timer and its signal. Only a waiter that asked for one of them has limits. As a link it
 * is a member of its signal's hub.
 */
export class Limits extends Link implements Member {
  declare readonly waiter: Limited;
  declare readonly signal: SignalShape | undefined;
  readonly #timeout: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts the timer and listens to the signal. */
  constructor(waiter: Limited, { signal, timeout }: Terms) {
    super();
    this.waiter = waiter;
    this.signal = signal;
    this.#timeout = timeout;
    try {
      if (signal !== undefined) joinHub(this, signal);
      if (timeout !== Number.POSITIVE_INFINITY) this.startTimer(timeout);
    } catch (error) {
      this.lift();
      throw error;
    }
  }

  get isAborted(): boolean {
    return this.signal !== undefined && this.signal.aborted;
  }

  /** The reason of the signal if it has aborted, else the one given. */
  reasonOr(reason: unknown): unknown {
    return this.isAborted ? reasonOf(this.signal as SignalShape) : reason;
  }

  get line(): Limited['line'] {
    return this.waiter.line;
  }

  /** The signal has aborted. */
  end(): void {
    this.waiter.leave(undefined);
  }

  /** Clears the timer and leaves the signal. A foreign timer that throws must not stop a grant. */
  lift(): void {
    if (!isAlone(this)) leaveHub(this, this.signal as SignalShape);
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

  /** The timer has fired. A timer that could not be cleared does nothing when it fires. */
  timeUp(remaining: number): void {
    if (this.#timer === undefined) return;
    if (remaining > 0) {
      this.startTimer(remaining);
      return;
    }
    const { waiter } = this;
    waiter.leave(timeoutError(waiter.line.owner, waiter.verb.name, this.#timeout));
    waiter.line.drain();
    deliver();
  }
}

// One function for all timers, with its arguments passed by the timer: no closure for each waiter.
function timeUp(limits: Limits, remaining: number): void {
  limits.timeUp(remaining);
}
