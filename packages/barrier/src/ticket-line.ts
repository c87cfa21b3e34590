import { type Line, type Terms, Waiter } from '@valvekit/core';
import { type Matcher, matches } from './condition.ts';

/** Who waits for a ticket, and since when. */
class TicketWaiter<T> extends Waiter<Matcher<T>, T> {
  readonly arrival: number;

  constructor(matcher: Matcher<T>, onGrant: (ticket: T) => void, onGiveUp: (reason: unknown) => void, arrival: number) {
    super(matcher, onGrant, onGiveUp);
    this.arrival = arrival;
  }
}

/**
 * All who wait at a barrier, found by the values that they wait for; those with a test are asked one by one.
 *
 * Nobody holds back anybody, so this is no `WaiterQueue`.
 */
export class TicketLine<T> implements Line<TicketWaiter<T>> {
  readonly #byValue: Map<T, Set<TicketWaiter<T>>> = new Map();
  readonly #byTest: Set<TicketWaiter<T>> = new Set();
  #arrivals = 0;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  join(
    matcher: Matcher<T>,
    onGrant: (ticket: T) => void,
    onGiveUp: (reason: unknown) => void,
    terms: Terms,
  ): TicketWaiter<T> {
    const waiter = new TicketWaiter(matcher, onGrant, onGiveUp, this.#arrivals++);
    waiter.setLimits(this, terms, 'Barrier.wait');
    if (typeof matcher === 'function') this.#byTest.add(waiter);
    else for (const value of matcher) this.#bucket(value).add(waiter);
    this.#size++;
    return waiter;
  }

  /**
   * Lets go all who wait for this ticket, in the order they came.
   *
   * Who leaves is decided before anybody is told. Values come before tests, since a test is code of a user's, which
   * may do anything: set another ticket, abort a signal, wait.
   */
  letGo(ticket: T): void {
    const leaving: { arrival: number; settle(): void }[] = [];
    const leave = (waiter: TicketWaiter<T>, settle: () => void): void => {
      this.#remove(waiter);
      waiter.liftLimits();
      leaving.push({ arrival: waiter.arrival, settle });
    };
    for (const waiter of this.#byValue.get(ticket) ?? []) leave(waiter, settlement(waiter, ticket));
    for (const waiter of Array.from(this.#byTest)) {
      let settle: (() => void) | undefined;
      try {
        if (waiter.isAborted || (this.#isWaiting(waiter) && matches(waiter.request, ticket))) {
          settle = settlement(waiter, ticket);
        }
      } catch (error) {
        settle = () => waiter.onGiveUp(error);
      }
      if (settle !== undefined && this.#isWaiting(waiter)) leave(waiter, settle);
    }
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
    for (const waiter of [...everybody].sort((a, b) => a.arrival - b.arrival)) this.giveUp(waiter, reason);
  }

  #isWaiting(waiter: TicketWaiter<T>): boolean {
    const { request } = waiter;
    if (typeof request === 'function') return this.#byTest.has(waiter);
    return this.#byValue.get(request[0] as T)?.has(waiter) === true;
  }

  #remove(waiter: TicketWaiter<T>): void {
    const { request } = waiter;
    if (typeof request === 'function') {
      this.#byTest.delete(waiter);
    } else {
      for (const value of request) {
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
  const signal = waiter.limits?.signal;
  if (!signal?.aborted) return () => waiter.onGrant(ticket);
  const reason: unknown = signal.reason;
  return () => waiter.onGiveUp(reason);
}
