import type { Timer } from './background.ts';
import type { Sample } from './hold.ts';
import type { Lanes } from './lanes.ts';
import { type Place, placeFor } from './place.ts';
import type { Answer, Booking, LockId } from './store.ts';
import { failureOf, StoreError } from './store-error.ts';
import type { Surroundings } from './surroundings.ts';

// A silent waiter at the head of the line costs the others as long as a first lease, so they ask again no later.
const LONGEST_PERIOD = 3000;

/** The line whose places are asked for. */
export interface Asker {
  readonly lock: LockId;
  readonly label: string;
  readonly lanes: Lanes;
  readonly capacity: number;
  sample: Sample | undefined;
  granted(place: Place, booking: Booking, sample: Sample): void;
  /** Without an error, the lock was not free. */
  refused(place: Place, error?: unknown): void;
  /** The store may know the id, and has to forget it. It is told until then, by the local clock; default: for a lease. */
  forget(id: string, until?: number): void;
  settled(): void;
}

/**
 * Asks the store for places: several at a time, one command under way, and again until they are granted. Its timers keep
 * the process alive: a wait goes on while there is no connection.
 */
export class Asking {
  readonly places: Map<string, Place> = new Map();
  /** How many of the places join the line of the store: those that are not of tries. */
  joining = 0;
  readonly #asker: Asker;
  readonly #around: Surroundings;
  readonly #period: number;
  readonly #fresh = new Set<Place>();
  #isUnderWay = false;
  #asksAll = false;
  #decides = false;
  #askedAllAt = 0;
  #timer: Timer | undefined = undefined;
  readonly #failed = new Set<Place>();
  #retry: Timer | undefined = undefined;

  constructor(asker: Asker, around: Surroundings) {
    this.#asker = asker;
    this.#around = around;
    this.#period = Math.min(around.terms.lease / 3, LONGEST_PERIOD);
  }

  get isEmpty(): boolean {
    return this.places.size === 0 && !this.#isUnderWay;
  }

  add(place: Place): void {
    this.places.set(place.id, place);
    if (place.joins) this.joining++;
    this.#fresh.add(place);
  }

  /** Takes a place away. Returns whether the store may know it. */
  delete(place: Place): boolean {
    if (this.places.delete(place.id) && place.joins) this.joining--;
    this.#fresh.delete(place);
    this.#failed.delete(place);
    if (this.places.size === 0) clearTimeout(this.#timer);
    if (this.#failed.size === 0) clearTimeout(this.#retry);
    return place.asked > 0;
  }

  /** A caller has asked, so the capacity it came with counts. Later requests for what waits already must not decide again. */
  decide(): void {
    this.#decides = true;
  }

  /** Repeats all requests with the next one, to tell the store the new capacity. */
  resize(): void {
    this.#asksAll = true;
  }

  /** Repeats all requests. */
  again(): void {
    this.#asksAll = true;
    this.flush();
  }

  /**
   * Whether somebody of at least this priority waits, as far as we know. Whoever is only about to be asked for may be
   * granted, and the store knows what is left for those that are asked for later.
   */
  waitsAhead(priority: number): boolean {
    const { lanes } = this.#asker;
    if (!lanes.hasAhead(priority)) return false;
    this.#placeWaiters();
    for (const waiter of lanes) {
      if (waiter.priority < priority) break;
      const place = this.places.get(waiter.place as string);
      if (place === undefined || place.place > 0 || this.#failed.has(place)) return true;
    }
    return false;
  }

  /** Asks for what is new, unless an answer is outstanding: then with it. */
  flush(): void {
    if (this.#isUnderWay) return;
    this.#placeWaiters();
    const batch = this.#asksAll ? [...this.places.values()] : [...this.#fresh];
    const isAll = batch.length === this.places.size;
    this.#asksAll = false;
    if (batch.length === 0) {
      if (this.#failed.size === 0) this.#decides = false;
      return;
    }
    this.#fresh.clear();
    this.#isUnderWay = true;
    void this.#ask(batch, isAll);
  }

  /** As many waiters get places as could hold the lock at the same time; without hand-overs, all. */
  #placeWaiters(): void {
    const { lanes, capacity } = this.#asker;
    const most = this.#around.terms.passes === 0 ? Number.POSITIVE_INFINITY : Math.max(1, capacity);
    let sum = 0;
    for (const waiter of lanes) {
      if (sum >= most) return;
      sum += waiter.permits;
      if (waiter.place === undefined) this.add(placeFor(waiter, this.#around.newId(), true));
    }
  }

  async #ask(wanted: readonly Place[], isAll: boolean): Promise<void> {
    let batch = wanted;
    let decides = false;
    try {
      // A grant must find somebody who listens.
      if (!this.#around.isListening && batch.some(({ joins }) => joins)) {
        await this.#around.command(() => this.#around.listen());
        // Those that have left in the meantime must not be asked for: nobody would give them back.
        batch = wanted.filter((place) => this.places.get(place.id) === place);
      }
      const asked = this.#around.now();
      decides = this.#decides;
      this.#decides = false;
      const answer = await this.#around.command(() => this.#send(batch, decides, asked));
      if (answer.verdicts.some(({ is }) => is === 'late')) this.#decides ||= decides;
      if (isAll) this.#askedAllAt = asked;
      this.#isUnderWay = false;
      this.#hear(batch, answer, asked);
    } catch (error) {
      this.#decides ||= decides;
      this.#isUnderWay = false;
      this.#fail(batch, error);
    }
    this.flush();
    this.#asker.settled();
  }

  #send(batch: readonly Place[], decides: boolean, asked: number): Promise<Answer> {
    const { store, terms } = this.#around;
    const sample = this.#asker.sample ?? this.#around.sample;
    for (const place of batch) place.asked++;
    return store.ask(this.#asker.lock, {
      capacity: this.#asker.capacity,
      decides,
      lease: terms.lease,
      range: terms.passes,
      // When we stop listening to the answer, the store shows at least this.
      notAfter: sample === undefined ? 0 : sample.now + (asked + terms.lease / 3 - sample.asked),
      label: terms.label,
      requests: batch.map(({ id, permits, priority, place, joins }) => ({ id, permits, priority, place, joins })),
    });
  }

  #hear(batch: readonly Place[], { now, soonest, verdicts }: Answer, asked: number): void {
    const sample = { now, asked };
    this.#asker.sample = sample;
    this.#around.sample = sample;
    verdicts.forEach((verdict, i) => {
      const place = batch[i] as Place;
      // It may have left, or been granted by a push, in the meantime.
      if (this.places.get(place.id) !== place) return;
      place.waiter.failure = undefined;
      if (verdict.is === 'granted') this.#asker.granted(place, verdict, sample);
      else if (verdict.is === 'waiting') Object.assign(place, { place: verdict.place, ahead: verdict.ahead });
      else if (verdict.is === 'refused') this.#asker.refused(place);
      else this.replace(place);
    });
    this.#schedule(soonest === 0 ? Number.POSITIVE_INFINITY : soonest - now);
  }

  /** Asks under a new id, at the same place. */
  replace(place: Place): void {
    this.delete(place);
    this.add(placeFor(place.waiter, this.#around.newId(), place.joins, place.place));
  }

  #fail(batch: readonly Place[], error: unknown): void {
    for (const place of batch) {
      if (this.places.get(place.id) !== place) continue;
      const failure = failureOf(this.#asker.label, error);
      if (error instanceof StoreError || !place.joins) {
        // A server that has refused the first command has nothing to forget: told once, to be sure.
        const isRefused = error instanceof StoreError && place.asked < 2;
        this.#asker.forget(place.id, isRefused ? this.#around.now() : undefined);
        this.#asker.refused(place, failure);
      } else {
        place.waiter.failure = failure;
        this.#askLater(place);
      }
    }
  }

  #askLater(place: Place): void {
    if (this.#failed.size === 0) this.#retry = setTimeout(() => this.#askAgain(), this.#around.terms.retry);
    this.#failed.add(place);
  }

  #askAgain(): void {
    for (const place of this.#failed) this.#fresh.add(place);
    this.#failed.clear();
    this.flush();
  }

  // When the first hold ends, somebody has to ask, and those further behind later.
  #schedule(msToEnd: number): void {
    clearTimeout(this.#timer);
    if (this.places.size === 0) return;
    let ahead = Number.POSITIVE_INFINITY;
    for (const place of this.places.values()) ahead = Math.min(ahead, place.ahead);
    const now = this.#around.now();
    const due = Math.min(this.#askedAllAt + this.#period, now + msToEnd + 1 + 2 * ahead);
    this.#timer = setTimeout(() => this.again(), Math.max(1, Math.min(due - now, this.#period)));
  }
}
