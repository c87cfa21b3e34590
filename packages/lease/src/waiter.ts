import { TimeoutError } from '@valvekit/core';
import { LONGEST_TIMER, type Timer } from './background.ts';
import type { Grant } from './grant.ts';
import { type Abortable, join, leave } from './shared-signal.ts';
import { reasonOf, type SignalShape, type Terms } from './terms.ts';

/** What a waiter needs of its line. */
export interface Waited {
  /** What messages call the lock. */
  readonly label: string;
  giveUp(waiter: Waiter, reason: unknown): void;
}

/** One call that waits for a hold, in this process. It settles once, and leaves no timer and no listener behind. */
export class Waiter implements Abortable {
  readonly permits: number;
  readonly priority: number;
  /** The id of its place in the line of the store, if it has one. */
  place: string | undefined = undefined;
  /** Why the store has not answered the last request for it, if it has not. */
  failure: Error | undefined = undefined;
  /** Resolves to undefined if the lock was not free and there was no time to wait. */
  readonly outcome: Promise<Grant | undefined>;
  readonly #line: Waited;
  readonly #terms: Terms;
  readonly #operation: string;
  #timer: Timer | undefined = undefined;
  #resolve!: (grant: Grant | undefined) => void;
  #reject!: (reason: unknown) => void;

  constructor(line: Waited, terms: Terms, operation: string) {
    this.permits = terms.permits;
    this.priority = terms.priority;
    this.#line = line;
    this.#terms = terms;
    this.#operation = operation;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (terms.signal) join(terms.signal, this);
    if (terms.timeout > 0 && terms.timeout !== Number.POSITIVE_INFINITY) this.#wait(terms.timeout);
  }

  /** Whether its signal has aborted, even if our listener has not run yet. */
  get isAborted(): boolean {
    return this.#terms.signal?.aborted === true;
  }

  /** Whether it may wait at all. */
  get isPatient(): boolean {
    return this.#terms.timeout > 0;
  }

  abort(signal: SignalShape): void {
    this.#line.giveUp(this, reasonOf(signal));
  }

  /** Gives up for the reason of its own signal. */
  abortNow(): void {
    this.abort(this.#terms.signal as SignalShape);
  }

  resolve(grant: Grant | undefined): void {
    this.#end();
    this.#resolve(grant);
  }

  reject(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  /** The error of a wait that took too long. */
  timedOut(): TimeoutError {
    const cause = this.failure;
    const message = `${this.#line.label}: ${this.#operation}() timed out after ${this.#terms.timeout} ms`;
    return new TimeoutError(message, cause && { cause });
  }

  #wait(ms: number): void {
    const rest = ms - LONGEST_TIMER;
    this.#timer = setTimeout(
      () => (rest > 0 ? this.#wait(rest) : this.#line.giveUp(this, this.timedOut())),
      Math.min(ms, LONGEST_TIMER),
    );
  }

  #end(): void {
    clearTimeout(this.#timer);
    if (this.#terms.signal) leave(this.#terms.signal, this);
  }
}
