import {
  append,
  type Grant,
  isAlone,
  type Line,
  Link,
  type Terms,
  timeoutError,
  unlink,
  type Waiter,
  withoutDelivery,
} from '@valvekit/core';
import { type Matcher, matches } from './condition.ts';

/** What somebody waits for, since when, and where. */
export interface Wish<T> {
  readonly matcher: Matcher<T>;
  readonly arrival: number;
  places: readonly Place<T>[];
}

type TicketWaiter<T> = Waiter<Wish<T>, T>;

/** A place in the ring of all who wait for one value. */
class Place<T> extends Link {
  declare readonly value: T;
  declare readonly waiter: TicketWaiter<T>;

  constructor(value: T, waiter: TicketWaiter<T>) {
    super();
    this.value = value;
    this.waiter = waiter;
  }
}

/** Why a wait ends without the ticket. */
interface Failure {
  readonly reason: unknown;
}

/** Somebody who has left the line, and has yet to hear how. */
interface Leaver<T> {
  readonly waiter: TicketWaiter<T>;
  readonly failure: Failure | undefined;
}

/**
 * The ticket of a barrier and all who wait for another one, found by the values that they wait for; those with a test
 * are asked one by one.
 *
 * Nobody holds back anybody, so this is no `WaiterQueue`.
 *
 * ```text
 *   'a' ─► ring ◄─► place of A ◄─► place of B ◄─┐
 *            └──────────────────────────────────┘     A waits for 'a', B for 'a' or 'b'
 *   'b' ─► ring ◄─► place of B ◄─┐
 *            └───────────────────┘
 * ```
 */
export class TicketLine<T> implements Line<Wish<T>, T> {
  #ticket: T;
  readonly #byValue: Map<T, Link> = new Map();
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
    return { matcher, arrival: this.#arrivals++, places: [] };
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
    const { request } = waiter;
    if (typeof request.matcher === 'function') this.#byTest.add(waiter);
    else request.places = request.matcher.map((value) => this.#place(value, waiter));
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
    const leavers: Leaver<T>[] = [];
    const places = this.#byValue.get(ticket);
    if (places !== undefined) this.#leaveByValue(places, leavers);
    if (this.#byTest.size > 0) {
      withoutDelivery(() => this.#leaveByTest(ticket, leavers));
      leavers.sort((a, b) => a.waiter.request.arrival - b.waiter.request.arrival);
    }
    for (const { waiter, failure } of leavers) {
      if (failure === undefined) waiter.grant(ticket);
      else waiter.giveUp(failure.reason);
    }
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
    for (const places of this.#byValue.values()) {
      for (let place = places.next; place !== places; place = place.next) everybody.add((place as Place<T>).waiter);
    }
    const inOrder = [...everybody].sort((a, b) => a.request.arrival - b.request.arrival);
    for (const waiter of inOrder) this.giveUp(waiter, reason);
  }

  #leaveByValue(places: Link, leavers: Leaver<T>[]): void {
    while (!isAlone(places)) leavers.push(this.#leave((places.next as Place<T>).waiter));
  }

  #leaveByTest(ticket: T, leavers: Leaver<T>[]): void {
    for (const waiter of Array.from(this.#byTest)) {
      let failure: Failure | undefined;
      try {
        if (waiter.abortedSignal === undefined && this.#isWaiting(waiter) && !matches(waiter.request.matcher, ticket)) {
          continue;
        }
      } catch (reason) {
        failure = { reason };
      }
      // The tests may have ended its wait meanwhile.
      if (this.#isWaiting(waiter)) leavers.push(this.#leave(waiter, failure));
    }
  }

  // An aborted signal is refused even if its listeners have yet to run.
  #leave(waiter: TicketWaiter<T>, failure?: Failure): Leaver<T> {
    this.#remove(waiter);
    const aborted = waiter.abortedSignal;
    waiter.unlimit();
    return { waiter, failure: aborted === undefined ? failure : { reason: aborted.reason as unknown } };
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
    return this.#byTest.has(waiter) || waiter.request.places.length > 0;
  }

  #remove(waiter: TicketWaiter<T>): void {
    this.#byTest.delete(waiter);
    for (const place of waiter.request.places) {
      const neighbour = place.next;
      unlink(place);
      if (isAlone(neighbour)) this.#byValue.delete(place.value);
    }
    waiter.request.places = [];
    this.#size--;
  }

  #place(value: T, waiter: TicketWaiter<T>): Place<T> {
    let places = this.#byValue.get(value);
    if (places === undefined) {
      places = new Link();
      this.#byValue.set(value, places);
    }
    const place = new Place(value, waiter);
    append(places, place);
    return place;
  }
}
