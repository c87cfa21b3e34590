import type { Booking, Reading } from './store.ts';
import { Tenure } from './tenure.ts';

/** What a hold needs to know of its family. */
export interface HoldTerms {
  readonly lease: number;
  readonly retry: number;
  readonly passes: number;
  readonly maxHold: number;
}

/** A reading of the store's clock: it showed `now` after we had asked, at `asked` by the local clock. */
export interface Sample extends Pick<Reading, 'now'> {
  readonly asked: number;
}

/**
 * Until when a booking is certain, by the local clock. The store shows at most `now + (x - asked)` at any local time `x`,
 * whatever the two clocks say.
 */
function deadlineOf({ until }: Booking, { now, asked }: Sample): number {
  return asked + (until - now);
}

/** What a store has booked for this process, and which of its callers has it. */
export class Hold {
  readonly id: string;
  permits: number;
  /** When it may have ended, by the local clock. */
  deadline: number;
  /** When its holder is told, if it could not be renewed: a third is left to stop in. */
  lossAt: number;
  renewAt: number;
  tenure: Tenure;
  /** Whether nobody can release it any more. */
  isAbandoned = false;
  /** Whether a transaction may keep it in the store for longer than its holder does. Then only the store can hand it on. */
  isFenced = false;
  readonly #terms: HoldTerms;
  readonly #name: string;
  readonly #grantedAt: number;
  #token: number;
  #passes: number;

  constructor(
    name: string,
    terms: HoldTerms,
    id: string,
    permits: number,
    booking: Booking,
    sample: Sample,
    now: number,
  ) {
    const { token, length } = booking;
    this.id = id;
    this.permits = permits;
    // What is heard now was booked before: whatever the clocks say, it is not certain for longer than that.
    this.deadline = Math.min(deadlineOf(booking, sample), now + length);
    this.lossAt = this.deadline - length / 3;
    this.renewAt = this.deadline - (2 * length) / 3;
    this.#terms = terms;
    this.#name = name;
    this.#grantedAt = now;
    this.#token = token;
    this.#passes = terms.passes;
    this.tenure = this.#newTenure(now);
  }

  /** When something has to be done about it. */
  get wakeAt(): number {
    return Math.min(this.renewAt, this.lossAt, this.tenure.limit);
  }

  /** Whether the store has confirmed that it is ours for another lease. */
  extend(asked: number): void {
    const { lease } = this.#terms;
    this.deadline = Math.max(this.deadline, asked + lease);
    this.lossAt = Math.max(this.lossAt, asked + (2 * lease) / 3);
    this.renewAt = Math.max(this.renewAt, asked + lease / 3);
  }

  /** The next try, unless the store confirms this one. */
  renewing(now: number): void {
    this.renewAt = now + this.#terms.retry;
  }

  /** Lets it end with its lease. */
  abandon(): void {
    this.isAbandoned = true;
    this.renewAt = Number.POSITIVE_INFINITY;
  }

  /** Whether it may go to another caller of this process, without asking the store. */
  mayPass(now: number): boolean {
    return (
      this.#passes > 0 &&
      now < this.lossAt &&
      now - this.#grantedAt < this.#terms.lease / 2 &&
      !this.isFenced &&
      !this.tenure.isLost
    );
  }

  /** Goes to the next caller, with the next token. */
  pass(now: number): void {
    this.#passes--;
    this.#token++;
    this.tenure.end();
    this.tenure = this.#newTenure(now);
  }

  /** Goes on as another lease of the same caller. */
  turn(permits: number): void {
    this.permits = permits;
    this.tenure.end();
    this.tenure = new Tenure(this.#name, this.#token, this.tenure.limit);
  }

  #newTenure(now: number): Tenure {
    return new Tenure(this.#name, this.#token, now + this.#terms.maxHold);
  }
}
