import {
  append,
  deliver,
  isAlone,
  type Line,
  Link,
  type Named,
  type Outcome,
  post,
  reasonOf,
  type Terms,
  timeoutError,
  unlink,
  type Verb,
  type Waiter,
  withoutDelivery,
} from '@valvekit/core/line';
import { type Matcher, matches } from './condition.ts';

/** What a waiter waits for, and where it stands. */
export interface Wish<T> {
  readonly matcher: Matcher<T>;
  arrival: number;
  places: readonly Place<T>[];
}

/** The request of a wait that begins now. */
export function wishFor<T>(matcher: Matcher<T>): Wish<T> {
  return { matcher, arrival: 0, places: [] };
}

type TicketWaiter<T> = Waiter<Wish<T>, T>;

/** A place in the ring of all waiters for one value. */
class Place<T> extends Link {
  declare readonly value: T;
  declare readonly waiter: TicketWaiter<T>;

  constructor(value: T, waiter: TicketWaiter<T>) {
    super();
    this.value = value;
    this.waiter = waiter;
  }
}

/**
 * The ticket of a barrier and all that wait for another one, found by the values they wait for; those with a test are
 * asked one by one.
 *
 * No waiter blocks another, so this is no `WaiterQueue`.
 *
 * ```text
 *   'a' ─► ring ◄─► place of A ◄─► place of B ◄─┐
 *            └──────────────────────────────────┘     A waits for 'a', B for 'a' or 'b'
 *   'b' ─► ring ◄─► place of B ◄─┐
 *            └───────────────────┘
 * ```
 */
export class TicketLine<T> extends Link implements Line<Wish<T>, T> {
  declare readonly owner: Named;
  /** The number of waiters. Their ring, in order of arrival, is the line itself. */
  declare size: number;
  #ticket: T;
  // Made for the first wait that needs them.
  #byValue: Map<T, Link> | undefined;
  #byTest: Set<TicketWaiter<T>> | undefined;
  #arrivals = 0;

  constructor(owner: Named, ticket: T) {
    super();
    this.owner = owner;
    this.size = 0;
    this.#ticket = ticket;
  }

  /** The current ticket. */
  get ticket(): T {
    return this.#ticket;
  }

  ask({ matcher }: Wish<T>, { signal, timeout }: Terms, verb: Verb): Outcome<T> | undefined {
    if (signal?.aborted) throw reasonOf(signal);
    const outcome = this.#matchNow(matcher);
    // The test may have aborted it.
    if (signal?.aborted) throw reasonOf(signal);
    if (outcome === undefined && timeout <= 0) throw timeoutError(this.owner, verb.name, timeout);
    return outcome;
  }

  join(waiter: TicketWaiter<T>, terms: Terms): void {
    const ticket = this.#ticket;
    waiter.limit(terms);
    append(this, waiter);
    waiter.isQueued = true;
    this.size++;
    const { request } = waiter;
    request.arrival = this.#arrivals++;
    if (typeof request.matcher === 'function') {
      this.#byTest ??= new Set();
      this.#byTest.add(waiter);
    } else request.places = request.matcher.map((value) => this.#place(value, waiter));
    // Listening to a foreign signal may have aborted it, or set another ticket.
    if (waiter.abortedSignal !== undefined) this.giveUp(waiter);
    else if (!Object.is(ticket, this.#ticket)) this.set(this.#ticket);
    else return;
    deliver();
  }

  /**
   * Sets the ticket and lets all waiters for it go, in order of arrival.
   *
   * Decide who leaves before telling anyone. Values come before tests, since a test is user code, which may do anything:
   * set another ticket, abort a signal, wait. Every test is still asked about this ticket.
   */
  set(ticket: T): void {
    this.#ticket = ticket;
    const leavers: TicketWaiter<T>[] = [];
    const places = this.#byValue?.get(ticket);
    while (places !== undefined && !isAlone(places)) {
      leavers.push(this.#leave((places.next as Place<T>).waiter, ticket));
    }
    const tests = this.#byTest;
    if (tests !== undefined && tests.size > 0) {
      withoutDelivery(() => this.#leaveByTest(tests, ticket, leavers));
      leavers.sort((a, b) => a.request.arrival - b.request.arrival);
    }
    for (const waiter of leavers) post(waiter);
  }

  giveUp(waiter: TicketWaiter<T>, reason?: unknown): void {
    if (!waiter.isQueued) return;
    this.#remove(waiter);
    waiter.giveUp(reason);
  }

  /** Does nothing, because no waiter blocks another. */
  drain(): void {}

  /** Ends every wait. */
  cancelAll(reason: unknown): void {
    while (this.size > 0) this.giveUp(this.next as TicketWaiter<T>, reason);
  }

  #leaveByTest(tests: Set<TicketWaiter<T>>, ticket: T, leavers: TicketWaiter<T>[]): void {
    for (const waiter of Array.from(tests)) {
      let outcome: unknown = ticket;
      let hasFailed = false;
      try {
        if (waiter.abortedSignal === undefined && waiter.isQueued && !matches(waiter.request.matcher, ticket)) continue;
      } catch (error) {
        outcome = error;
        hasFailed = true;
      }
      // The tests may have ended its wait meanwhile.
      if (waiter.isQueued) leavers.push(this.#leave(waiter, outcome, hasFailed));
    }
  }

  // An aborted signal is refused even before our listener has run.
  #leave(waiter: TicketWaiter<T>, outcome: unknown, hasFailed = false): TicketWaiter<T> {
    this.#remove(waiter);
    waiter.settle(outcome, hasFailed || waiter.abortedSignal !== undefined);
    return waiter;
  }

  // A test may set the ticket. Check again, so that no wait begins for a ticket that is already there.
  #matchNow(matcher: Matcher<T>): Outcome<T> | undefined {
    for (;;) {
      const ticket = this.#ticket;
      if (matches(matcher, ticket)) return { value: ticket };
      if (Object.is(ticket, this.#ticket)) return undefined;
    }
  }

  #remove(waiter: TicketWaiter<T>): void {
    this.#byTest?.delete(waiter);
    for (const place of waiter.request.places) {
      const neighbor = place.next;
      unlink(place);
      if (isAlone(neighbor)) this.#byValue?.delete(place.value);
    }
    unlink(waiter);
    waiter.isQueued = false;
    this.size--;
  }

  #place(value: T, waiter: TicketWaiter<T>): Place<T> {
    this.#byValue ??= new Map();
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
