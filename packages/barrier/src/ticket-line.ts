import { type Grant, type Line, type Terms, timeoutError, type Waiter, withoutDelivery } from '@valvekit/core';
import { type Matcher, matches } from './condition.ts';

/** What somebody waits for, and since when. */
export interface Wish<T> {
  readonly matcher: Matcher<T>;
  readonly arrival: number;
}

type TicketWaiter<T> = Waiter<Wish<T>, T>;

/**
 * The ticket of a barrier and all who wait for another one, found by the values that they wait for; those with a test
 * are asked one by one.
 *
 * Nobody holds back anybody, so this is no `WaiterQueue`.
 */
export class TicketLine<T> implements Line<Wish<T>, T> {
  #ticket: T;
  readonly #byValue: Map<T, Set<TicketWaiter<T>>> = new Map();
  readonly #byTest: Set<TicketWaiter<T>> = new Set();
  #arrivals = 0;
  #size = 0;

  constructor(ticket: T) {
    this.#ticket = ticket;
  }

  /** The current ticket. */
  get ticket(): T {
    return this.#ticket;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** The request of somebody who comes now. */
  wish(matcher: Matcher<T>): Wish<T> {
    return { matcher, arrival: this.#arrivals++ };
  }

  ask({ matcher }: Wish<T>, { signal, timeout }: Terms, operation: string): Grant<T> | undefined {
    if (signal?.aborted) throw signal.reason;
    const grant = this.#matchNow(matcher);
    // The test may have aborted it.
    if (signal?.aborted) throw signal.reason;
    if (grant === undefined && timeout <= 0) throw timeoutError(operation, timeout);
    return grant;
  }

  join(waiter: TicketWaiter<T>, terms: Terms, operation: string): void {
    waiter.limit(this, terms, operation);
    const { matcher } = waiter.request;
    if (typeof matcher === 'function') this.#byTest.add(waiter);
    else for (const value of matcher) this.#bucket(value).add(waiter);
    this.#size++;
  }

  /**
   * Sets the ticket and lets go all who wait for it, in the order they came.
   *
   * Who leaves is decided before anybody is told. Values come before tests, since a test is code of a user's, which
   * may do anything: set another ticket, abort a signal, wait. All tests are asked about this ticket, even so.
   */
  set(ticket: T): void {
    this.#ticket = ticket;
    const leaving: { arrival: number; settle(): void }[] = [];
    const leave = (waiter: TicketWaiter<T>, settle: () => void): void => {
      this.#remove(waiter);
      waiter.unlimit();
      leaving.push({ arrival: waiter.request.arrival, settle });
    };
    for (const waiter of this.#byValue.get(ticket) ?? []) leave(waiter, settlement(waiter, ticket));
    withoutDelivery(() => {
      for (const waiter of Array.from(this.#byTest)) {
        const settle = this.#test(waiter, ticket);
        if (settle !== undefined && this.#isWaiting(waiter)) leave(waiter, settle);
      }
    });
    leaving.sort((a, b) => a.arrival - b.arrival);
    for (const { settle } of leaving) settle();
  }

  giveUp(waiter: TicketWaiter<T>, reason: unknown): void {
    if (!this.#isWaiting(waiter)) return;
    this.#remove(waiter);
    waiter.giveUp(reason);
  }

  /** Nobody moves up: nobody was held back. */
  drain(): void {}

  /** Gives up everybody. */
  cancelAll(reason: unknown): void {
    const everybody = new Set(this.#byTest);
    for (const bucket of this.#byValue.values()) for (const waiter of bucket) everybody.add(waiter);
    const inOrder = [...everybody].sort((a, b) => a.request.arrival - b.request.arrival);
    for (const waiter of inOrder) this.giveUp(waiter, reason);
  }

  // How a waiter with a test is settled by this ticket, if it is.
  #test(waiter: TicketWaiter<T>, ticket: T): (() => void) | undefined {
    if (waiter.abortedSignal !== undefined) return settlement(waiter, ticket);
    try {
      if (this.#isWaiting(waiter) && matches(waiter.request.matcher, ticket)) return settlement(waiter, ticket);
    } catch (error) {
      return () => waiter.giveUp(error);
    }
    return undefined;
  }

  // A test may itself set the ticket: nobody may wait for what has been there since.
  #matchNow(matcher: Matcher<T>): Grant<T> | undefined {
    for (;;) {
      const ticket = this.#ticket;
      if (matches(matcher, ticket)) return { value: ticket };
      if (Object.is(ticket, this.#ticket)) return undefined;
    }
  }

  #isWaiting(waiter: TicketWaiter<T>): boolean {
    const { matcher } = waiter.request;
    if (typeof matcher === 'function') return this.#byTest.has(waiter);
    return this.#byValue.get(matcher[0] as T)?.has(waiter) === true;
  }

  #remove(waiter: TicketWaiter<T>): void {
    const { matcher } = waiter.request;
    if (typeof matcher === 'function') {
      this.#byTest.delete(waiter);
    } else {
      for (const value of matcher) {
        const bucket = this.#bucket(value);
        bucket.delete(waiter);
        if (bucket.size === 0) this.#byValue.delete(value);
      }
    }
    this.#size--;
  }

  #bucket(value: T): Set<TicketWaiter<T>> {
    let bucket = this.#byValue.get(value);
    if (bucket === undefined) {
      bucket = new Set();
      this.#byValue.set(value, bucket);
    }
    return bucket;
  }
}

// An aborted signal is refused even if its listeners have yet to run.
function settlement<T>(waiter: TicketWaiter<T>, ticket: T): () => void {
  const aborted = waiter.abortedSignal;
  if (aborted === undefined) return () => waiter.grant(ticket);
  const reason: unknown = aborted.reason;
  return () => waiter.giveUp(reason);
}
