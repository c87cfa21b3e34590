import { type Named, timeoutError } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf, type SignalShape } from '../contract/signal.ts';
import type { CapturedContext } from '../runtime/captured-context.ts';
import { deliver, post } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';
import type { Link } from '../runtime/ring.ts';
import type { Settlers } from '../runtime/settlers.ts';
import { Membership } from './abort-hub.ts';
import type { Verb } from './verb.ts';

/** What a request got without waiting. */
export interface Outcome<Value> {
  readonly value: Value;
}

/** Any line to wait in: the `WaiterQueue`, or the line of a primitive with an order of its own. */
export interface Line<Request, Value = void> {
  /** The primitive: named in error messages, and the `this` of callbacks. */
  readonly owner: Named;
  /**
   * Takes what is asked for if it is free.
   *
   * @returns undefined if the request has to wait
   * @throws the reason, if the terms do not allow that
   */
  ask(request: Request, terms: Terms, verb: Verb): Outcome<Value> | undefined;
  /** Lets a waiter join, after `ask` has sent it here. */
  join(waiter: Waiter<Request, Value>, terms: Terms): void;
  /** Takes a waiter out, if it is still there, and ends its wait. No other waiter moves up yet. */
  giveUp(waiter: Waiter<Request, Value>, reason?: unknown): void;
  /** Grants every waiter that can be granted now. */
  drain(): void;
}

/** A line in which holds begin and end. */
export interface LockLine<Request> extends Line<Request> {
  /** The number of waiters. */
  readonly size: number;
  /** Takes the request for a caller that cannot wait. */
  tryAdmit(request: Request, verb: Verb): boolean;
  /** Ends a hold, and moves up. */
  giveBack(request: Request): void;
}

/** What stands in a line: a waiter, or the place of a request for several locks. */
export interface Queued<Request, Value = void> extends Link {
  readonly request: Request;
  readonly verb: Verb;
  /** Whether it is in its line, which says so. Afterwards it may be in another ring, until it is told. */
  isQueued: boolean;
  /** Its signal once that has aborted, even if our listener has not run yet. */
  readonly abortedSignal: SignalShape | undefined;
  /** Takes what it asks for, now that it is the first in line. False if that is not free. */
  enter(line: { take(request: Request, verb: Verb): boolean }): boolean;
  /** It has left its line with what it asked for. */
  grant(value: Value): void;
  /** It has left its line without what it asked for. */
  giveUp(reason: unknown): void;
}

/** What a caller gets, and how a waiter is told: one constant for each way to ask. */
export interface Form<Request, Value, Result = unknown, V extends Verb = Verb> {
  /** What the caller gets for a request that has been granted. */
  result(
    line: Line<Request, Value>,
    request: Request,
    verb: V,
    value: Value,
    fn: unknown,
  ): Result | PromiseLike<Result>;
  /**
   * Called instead for a waiter that has been granted, once the line is at rest. It may run user code; what that throws is
   * reported.
   */
  tell?(waiter: Waiter<Request, Value>): void;
  /**
   * Whether a waiter of this form can be told at once, because that runs no user code and makes nothing.
   *
   * @internal
   */
  readonly isQuiet?: boolean;
  /** Captures the async context to tell a waiter in, if that matters. */
  readonly capture?: () => CapturedContext | undefined;
}

// A timer of 2³¹ ms or more would fire immediately.
const LONGEST_TIMER = 2 ** 31 - 1;

/** One waiter. It leaves its line first and is settled then, exactly once; `deliver()` tells it. */
export class Waiter<Request, Value = void> implements Queued<Request, Value>, Settlers {
  // Fields that a class defines make a contended lock a tenth slower (bench W3), and so do those that it inherits from `Link`,
  // a fifth on Bun: these are set by the constructor alone.
  declare next: Link;
  declare previous: Link;
  declare readonly line: Line<Request, Value>;
  declare readonly request: Request;
  declare readonly verb: Verb;
  /** @internal */
  declare readonly form: Form<Request, Value>;
  /** The user's function, if the form calls one. */
  declare readonly fn: unknown;
  /** What tells it: the two functions of the caller's promise, or two that call a callback. */
  declare resolve: (value: unknown) => void;
  declare reject: (reason: unknown) => void;
  /** What was granted, or why nothing was. */
  declare outcome: unknown;
  /** @internal */
  declare hasGivenUp: boolean;
  declare isQueued: boolean;
  declare private context: CapturedContext | undefined;
  declare private membership: Membership | undefined;
  /** @internal */
  declare timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line<Request, Value>, request: Request, verb: Verb, form: Form<Request, Value>, fn?: unknown) {
    this.next = this;
    this.previous = this;
    this.line = line;
    this.request = request;
    this.verb = verb;
    this.form = form;
    this.fn = fn;
    this.resolve = undefined as never;
    this.reject = undefined as never;
    this.outcome = undefined;
    this.hasGivenUp = false;
    this.isQueued = false;
    this.context = undefined;
    this.membership = undefined;
    this.timer = undefined;
  }

  get abortedSignal(): SignalShape | undefined {
    return abortedOnly(this.membership?.signal);
  }

  enter(line: { take(request: Request, verb: Verb): boolean }): boolean {
    return line.take(this.request, this.verb);
  }

  /** Starts what may end the wait early, and captures the context. */
  limit({ signal, timeout }: Terms): void {
    try {
      if (signal !== undefined) this.membership = new Membership(this, signal);
      if (timeout !== Infinity) startTimer(this as Waiter<unknown, unknown>, timeout, timeout);
    } catch (error) {
      this.unlimit();
      throw error;
    }
    this.context = this.form.capture?.();
  }

  /**
   * It leaves its line: from now on neither timer nor signal ends the wait.
   *
   * @internal
   */
  unlimit(): void {
    const { timer } = this;
    this.membership?.leave();
    this.membership = undefined;
    if (timer !== undefined) {
      this.timer = undefined;
      stopTimer(timer);
    }
  }

  grant(value: Value): void {
    this.settle(value, false);
    post(this, this.form.isQuiet);
  }

  giveUp(reason: unknown): void {
    this.settle(reason, true);
    post(this, this.form.isQuiet);
  }

  /**
   * Settles the wait, and tells nobody: `post` must follow. A waiter that gives up and whose signal has aborted gets the
   * signal's reason, whatever else ends the wait, because the abort came first.
   */
  settle(outcome: unknown, hasGivenUp: boolean): void {
    const aborted = this.abortedSignal;
    this.unlimit();
    this.hasGivenUp = hasGivenUp;
    this.outcome = aborted !== undefined && hasGivenUp ? reasonOf(aborted) : outcome;
  }

  /** Tells it, and closes its context. */
  run(): void {
    const { context } = this;
    try {
      if (context === undefined) tell.call(this as Waiter<unknown, unknown>);
      else context.runInAsyncScope(tell, this as Waiter<unknown, unknown>);
    } catch (error) {
      report(error);
    }
    context?.emitDestroy?.();
  }
}

function tell(this: Waiter<unknown, unknown>): void {
  const { form, line, request, verb, outcome, fn } = this;
  if (this.hasGivenUp) this.reject(outcome);
  else if (form.tell !== undefined) form.tell(this);
  else this.resolve(form.result(line, request, verb, outcome, fn));
}

// A timer passes its arguments to one function for all: no closure for each waiter.
function startTimer(waiter: Waiter<unknown, unknown>, timeout: number, remaining: number): void {
  waiter.timer = setTimeout(timeUp, Math.min(remaining, LONGEST_TIMER), waiter, timeout, remaining - LONGEST_TIMER);
}

// A timer that could not be cleared does nothing when it fires.
function timeUp(waiter: Waiter<unknown, unknown>, timeout: number, remaining: number): void {
  const { line, verb } = waiter;
  if (!waiter.isQueued) return;
  if (remaining > 0) {
    startTimer(waiter, timeout, remaining);
    return;
  }
  line.giveUp(waiter, timeoutError(line.owner, verb.name, timeout));
  line.drain();
  deliver();
}

/** The signal if it has aborted. */
export function abortedOnly(signal: SignalShape | undefined): SignalShape | undefined {
  return signal?.aborted ? signal : undefined;
}

// A foreign clock that throws must not stop a grant.
function stopTimer(timer: ReturnType<typeof setTimeout>): void {
  try {
    clearTimeout(timer);
  } catch (error) {
    report(error);
  }
}
