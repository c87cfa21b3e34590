import type { Answer, Ask, Booked, Booking, LockId, Push, Request, Verdict } from '@valvekit/lease';
import type { MemoryClock } from './memory-clock.ts';

interface Hold extends Booking {
  readonly id: string;
  readonly permits: number;
  readonly since: number;
  readonly label: string;
}

interface Waiter extends Request {
  readonly alive: number;
  readonly ask: Ask;
}

/** How a lock reaches the processes. */
export interface Channels {
  /** Whether somebody listens for pushes to the client of this id. */
  hears(id: string): boolean;
  push(id: string, push: Push): void;
}

const FIRST_LEASE = 3000;

/** One lock, as a server keeps it: the reference for the scripts. Plain lists and no haste. */
export class MemoryLock {
  readonly #id: LockId;
  readonly #clock: MemoryClock;
  readonly #channels: Channels;
  readonly #ended = new Map<string, boolean>();
  #holds: Hold[] = [];
  #line: Waiter[] = [];
  #capacity: number | undefined = undefined;
  #last = 0;

  constructor(id: LockId, clock: MemoryClock, channels: Channels) {
    this.#id = id;
    this.#clock = clock;
    this.#channels = channels;
  }

  ask(ask: Ask): Answer {
    const late = ask.notAfter > 0 && this.#now > ask.notAfter;
    if (!late) {
      if (ask.decides) this.#capacity = ask.capacity;
      this.#capacity ??= ask.capacity;
      this.#drain();
    }
    const verdicts = ask.requests.map((request): Verdict => (late ? { is: 'late' } : this.#verdict(request, ask)));
    return { ...this.reading, verdicts };
  }

  release(ids: readonly string[]): boolean[] {
    const known = ids.map((id) => {
      const isKnown = [...this.#holds, ...this.#line].some((each) => each.id === id);
      this.#holds = this.#holds.filter((hold) => hold.id !== id);
      this.#line = this.#line.filter((waiter) => waiter.id !== id);
      if (!this.#ended.has(id)) this.#ended.set(id, isKnown);
      return this.#ended.get(id) === true;
    });
    this.#drain();
    return known;
  }

  /** Changes holds, also overdue ones that nobody has taken. */
  change(ids: readonly string[], { lease, permits }: { lease?: number; permits?: number }): boolean[] {
    const known = ids.map((id) => this.#holds.some((hold) => hold.id === id));
    this.#holds = this.#holds.map((hold) => {
      if (!ids.includes(hold.id)) return hold;
      const time = lease === undefined ? {} : { until: this.#now + lease, length: lease };
      return { ...hold, ...time, permits: permits ?? hold.permits };
    });
    this.#drain();
    return known;
  }

  /** Loses all holds without a word, as a server that restarts empty. */
  forget(): void {
    this.#holds = [];
  }

  /** Takes the hold of a token away, and tells its process. */
  lose(token: number): void {
    const lost = this.#holds.find((hold) => hold.token === token);
    if (lost === undefined) return;
    this.#holds = this.#holds.filter((hold) => hold !== lost);
    this.#channels.push(lost.id, { is: 'taken', lock: this.#id, id: lost.id });
    this.#drain();
  }

  state(): { holders: Booked[]; waiting: number } {
    return { holders: this.#holds.filter(({ until }) => until > this.#now), waiting: this.#line.length };
  }

  get reading(): { now: number; soonest: number } {
    const ends = this.#holds.map(({ until }) => until);
    return { now: this.#now, soonest: ends.length === 0 ? 0 : Math.min(...ends) };
  }

  get #now(): number {
    return this.#clock.now;
  }

  // Tokens and places: larger than every one before, and than the clock in microseconds.
  #tick(): number {
    this.#last = Math.max(this.#last + 1, Math.ceil(this.#now * 1000));
    return this.#last;
  }

  #verdict(request: Request, ask: Ask): Verdict {
    const hold = this.#holds.find(({ id }) => id === request.id);
    if (hold) return { is: 'granted', token: hold.token, until: hold.until, length: hold.length };
    if (this.#ended.has(request.id)) return { is: 'gone' };
    const known = this.#line.find(({ id }) => id === request.id);
    const place = known?.place ?? (request.place > 0 ? request.place : this.#tick());
    const waiter: Waiter = { ...request, ...known, place, ask, alive: this.#now + ask.lease };
    const line = [...this.#line.filter(({ id }) => id !== request.id), waiter].sort(
      (a, b) => b.priority - a.priority || a.place - b.place,
    );
    const ahead = line.indexOf(waiter);
    if (!known && ahead === 0 && this.#fits(request.permits)) {
      return { is: 'granted', ...this.#book(waiter, ask.lease) };
    }
    if (!known && !request.joins) return { is: 'refused' };
    this.#line = line;
    return { is: 'waiting', place, ahead };
  }

  #fits(permits: number): boolean {
    return this.#holds.reduce((sum, hold) => sum + hold.permits, permits) <= (this.#capacity ?? 0);
  }

  #book({ id, permits, ask }: Waiter, length: number): Booking {
    const token = this.#tick();
    this.#last += ask.range;
    const booking = { token, until: this.#now + length, length };
    this.#holds.push({ id, permits, ...booking, since: this.#now, label: ask.label });
    return booking;
  }

  #drain(): void {
    // A hold that ends farther away than it is long shows that the clock went back.
    this.#holds = this.#holds.map((hold) => ({ ...hold, until: Math.min(hold.until, this.#now + hold.length) }));
    for (const hold of this.#holds.filter(({ until }) => until <= this.#now)) {
      this.#holds.splice(this.#holds.indexOf(hold), 1);
      this.#channels.push(hold.id, { is: 'taken', lock: this.#id, id: hold.id });
    }
    for (let [head] = this.#line; head !== undefined; [head] = this.#line) {
      const { id, permits, alive, ask } = head;
      if (alive <= this.#now || !this.#channels.hears(id)) {
        this.#line.shift();
      } else if (this.#capacity && permits > this.#capacity) {
        this.#line.shift();
        this.#channels.push(id, { is: 'refused', lock: this.#id, id, capacity: this.#capacity });
      } else if (this.#fits(permits)) {
        this.#line.shift();
        const booking = this.#book(head, Math.min(ask.lease, FIRST_LEASE));
        this.#channels.push(id, { is: 'granted', lock: this.#id, id, ...booking });
      } else return;
    }
  }
}
