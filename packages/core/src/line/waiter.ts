import type { Named } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { Link } from '../runtime/ring.ts';
import { type Limited, Limits } from './limits.ts';
import type { Verb } from './verb.ts';

/** What a request got without waiting. */
export interface Outcome<Value> {
  readonly value: Value;
}

/** Any line to wait in: the `WaiterQueue`, or the line of a primitive with an order of its own. */
export interface Line<Request, Value = void> {
  /** The primitive, for error messages. */
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
  /**
   * Takes a waiter out and settles it with the reason; does nothing if its wait is over. Nobody moves up yet.
   *
   * @param waiter - not one that has been granted and waits for `deliver()`
   */
  giveUp(waiter: Waiter<Request, Value>, reason: unknown): void;
  /** Grants every waiter that can be granted now. */
  drain(): void;
}

/**
 * One waiter. It leaves its line first and is settled then, exactly once. How it is told is up to the subclass, which
 * must not run user code before the line is at rest (see `DeferredWaiter`).
 */
export abstract class Waiter<Request, Value = void> extends Link implements Limited {
  // Fields that a class defines make a contended lock a tenth slower (bench W3): these are set by the constructor alone.
  declare readonly line: Line<Request, Value>;
  declare readonly request: Request;
  declare readonly verb: Verb;
  #limits: Limits | undefined;

  constructor(line: Line<Request, Value>, request: Request, verb: Verb) {
    super();
    this.line = line;
    this.request = request;
    this.verb = verb;
  }

  protected abstract onGrant(value: Value): void;
  protected abstract onGiveUp(reason: unknown): void;

  /** Starts what may end the wait early, if the terms ask for it. */
  limit(terms: Terms): void {
    if (terms.signal !== undefined || terms.timeout !== Number.POSITIVE_INFINITY) {
      this.#limits = new Limits(this, terms);
    }
  }

  /** From now on neither timer nor signal ends the wait. */
  unlimit(): void {
    this.#limits?.lift();
    this.#limits = undefined;
  }

  /** Whether its signal has aborted, even if our listener has not run yet. */
  get isAborted(): boolean {
    return this.#limits !== undefined && this.#limits.isAborted;
  }

  /** Ends the wait, in its line. */
  leave(reason: unknown): void {
    this.line.giveUp(this, reason);
  }

  grant(value: Value): void {
    this.unlimit();
    this.onGrant(value);
  }

  giveUp(reason: unknown): void {
    const first = this.reasonOr(reason);
    this.unlimit();
    this.onGiveUp(first);
  }

  /** Whatever ends the wait, a waiter whose signal has aborted gets the signal's reason, because the abort came first. */
  reasonOr(reason: unknown): unknown {
    return this.#limits === undefined ? reason : this.#limits.reasonOr(reason);
  }
}
