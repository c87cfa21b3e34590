import { AbortError } from '@valvekit/core';
import { refusalOf } from './arguments.ts';
import { type Asker, Asking } from './asking.ts';
import { downgrade } from './downgrade.ts';
import { GivingBack } from './giving-back.ts';
import type { Grant, Holding } from './grant.ts';
import { Hold, type Sample } from './hold.ts';
import type { Renewer } from './keeper.ts';
import { Lanes } from './lanes.ts';
import type { Loss } from './loss.ts';
import { type Place, placeFor } from './place.ts';
import { renew } from './renew.ts';
import type { Booking, LockId, Push } from './store.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tenure } from './tenure.ts';
import type { Waited, Waiter } from './waiter.ts';

/**
 * What one process holds and wants of one lock: its waiters, its places in the line of the store, and its holds.
 *
 * A place belongs to the process, not to a caller. When a hold is handed over within the process, or a waiter gives up,
 * its place goes to the next one. Others wait no longer for that: what a place allows is the same whoever has it.
 */
export class LocalLine implements Waited, Holding, Asker, Renewer {
  readonly lock: LockId;
  readonly label: string;
  readonly lanes: Lanes = new Lanes();
  readonly around: Surroundings;
  sample: Sample | undefined = undefined;
  readonly #asking: Asking;
  readonly #back: GivingBack;
  readonly #holds = new Map<string, Hold>();
  #inUse = 0;
  #capacity: number;
  #isFlushing = false;

  constructor(lock: LockId, label: string, capacity: number, around: Surroundings) {
    this.lock = lock;
    this.label = label;
    this.around = around;
    this.#capacity = capacity;
    this.#asking = new Asking(this, around);
    this.#back = new GivingBack(lock, {
      retryAfter: around.terms.retry,
      get isClosed() {
        return around.isClosed;
      },
      now: () => around.now(),
      release: (ids) => around.command(() => around.store.release(lock, ids)),
      settled: () => this.settled(),
    });
  }

  get capacity(): number {
    return this.#capacity;
  }

  get holds(): Iterable<Hold> {
    return this.#holds.values();
  }

  now(): number {
    return this.around.now();
  }

  /** Lets a waiter join, or try if it has no time to wait. The newest caller's capacity counts. */
  join(waiter: Waiter, capacity: number): void {
    this.#asking.decide();
    if (capacity !== this.#capacity) this.#resize(capacity);
    if (waiter.isPatient) this.lanes.add(waiter);
    else if (this.#asking.waitsAhead(waiter.priority)) waiter.resolve(undefined);
    else this.#asking.add(placeFor(waiter, this.around.newId(), false));
    this.#flush();
  }

  giveUp(waiter: Waiter, reason: unknown): void {
    this.lanes.delete(waiter);
    waiter.reject(reason);
    this.#vacate(waiter);
    this.#flush();
  }

  cancel(reason: unknown = new AbortError(`${this.label}: cancel() ended the wait`)): void {
    const trying = [...this.#asking.places.values()].map(({ waiter }) => waiter);
    for (const waiter of new Set([...this.lanes, ...trying])) this.giveUp(waiter, reason);
  }

  /** Tells the holders. They keep their holds until they release them. */
  close(): void {
    for (const hold of this.#holds.values()) {
      hold.tenure.lose('closed');
      if (hold.isAbandoned) this.#drop(hold);
    }
    this.settled();
  }

  /** Asks again for everything: pushes may have been missed. */
  again(): void {
    this.#asking.again();
  }

  hear(push: Push): void {
    const place = this.#asking.places.get(push.id);
    const hold = this.#holds.get(push.id);
    if (push.is === 'taken') {
      if (hold) this.lose(hold, 'taken');
    } else if (push.is === 'look') {
      this.again();
    } else if (push.is === 'refused') {
      if (place) this.refused(place, refusalOf(place.permits, push.capacity));
    } else if (place) {
      // Without a reading of the clock nobody can tell how old the push is, and another lock may be on a node with another
      // clock. An answer to the next request brings the same grant; the one that is under way was given before the push.
      if (this.sample) this.granted(place, push, this.sample);
      else this.again();
    } else if (!hold && !this.#back.has(push.id)) {
      // Where a store has several connections, the second of two releases could arrive first.
      this.forget(push.id);
    }
    this.settled();
  }

  granted(place: Place, booking: Booking, sample: Sample): void {
    const now = this.now();
    const terms = { ...this.around.terms, passes: this.around.terms.passes - place.spent };
    const hold = new Hold(this.lock.name, terms, place.id, place.permits, booking, sample, now);
    if (now >= hold.lossAt) {
      this.forget(place.id);
      this.#asking.replace(place);
    } else {
      this.#asking.delete(place);
      const waiter = this.#userOf(place);
      if (waiter) this.#give(waiter, hold);
      else this.forget(place.id);
    }
    this.#flush();
  }

  refused(place: Place, error?: unknown): void {
    this.#asking.delete(place);
    const { waiter } = place;
    this.lanes.delete(waiter);
    if (error === undefined) waiter.resolve(undefined);
    else waiter.reject(error);
    this.#flush();
  }

  forget(id: string, until = this.now() + this.around.terms.lease): void {
    this.#back.add({ id, until, token: undefined, resolve() {}, reject() {} });
    this.#flush();
  }

  release(hold: Hold, tenure: Tenure): Promise<void> {
    const { isLost, error } = tenure;
    tenure.end();
    if (!this.#holds.has(hold.id)) return Promise.reject(error);
    // What is held beyond a capacity that was lowered goes back.
    const mayPass = hold.mayPass(this.now()) && !isLost && this.#inUse <= this.#capacity;
    const next = mayPass ? this.#nextFor(hold) : undefined;
    if (next) {
      hold.pass(this.now());
      this.#give(next, hold);
      return Promise.resolve();
    }
    this.#drop(hold);
    this.#requeue();
    const { id, deadline: until } = hold;
    return new Promise((resolve, reject) => {
      this.#back.add({ id, until, token: tenure.token, resolve, reject });
      if (isLost) reject(error);
      this.#flush();
    });
  }

  downgrade(hold: Hold): Promise<Grant> {
    this.#inUse -= hold.permits - 1;
    return downgrade(this, hold);
  }

  abandon(hold: Hold): void {
    hold.abandon();
    // Somebody may have kept the signal, and must be told in time, too.
    if (hold.tenure.error !== undefined) this.#drop(hold);
    this.settled();
  }

  renew(holds: readonly Hold[]): void {
    void renew(this, holds);
  }

  lose(hold: Hold, why: Loss): void {
    hold.tenure.lose(why);
    // What the store has taken cannot be given back, and for what is abandoned nobody will.
    if (why === 'taken' || hold.isAbandoned) this.#drop(hold);
    else this.around.keeper.drop(hold);
    this.settled();
  }

  settled(): void {
    const isIdle = this.lanes.isEmpty && this.#holds.size === 0 && this.#asking.isEmpty && this.#back.isEmpty;
    if (isIdle) this.around.retire(this);
  }

  #give(waiter: Waiter, hold: Hold): void {
    if (!this.#holds.has(hold.id)) this.#inUse += hold.permits;
    this.#holds.set(hold.id, hold);
    this.around.keeper.keep(this, hold);
    this.lanes.delete(waiter);
    waiter.resolve({ line: this, hold, tenure: hold.tenure });
    const place = this.#vacate(waiter);
    if (place) place.spent++;
  }

  /** Takes a hold out of the line. */
  #drop(hold: Hold): void {
    if (this.#holds.delete(hold.id)) this.#inUse -= hold.permits;
    this.around.keeper.drop(hold);
  }

  /** Who gets a hold that is handed over: the first in line, if it has as many permits. */
  #nextFor(hold: Hold): Waiter | undefined {
    for (let first = this.lanes.first; first?.permits === hold.permits; first = this.lanes.first) {
      if (!first.isAborted) return first;
      first.abortNow();
    }
    return undefined;
  }

  /** Who gets a place that has been granted. */
  #userOf(place: Place): Waiter | undefined {
    let user: Waiter | undefined = place.waiter;
    while (user?.isAborted) {
      user.abortNow();
      user = this.#heirOf(place);
    }
    return user;
  }

  /** Who could use a place instead of its waiter. A try is its caller's own, and in strict order every place is. */
  #heirOf({ permits, priority, joins }: Place): Waiter | undefined {
    if (!joins || this.around.terms.passes === 0) return undefined;
    // At most one place has lost its waiter, so otherwise all others have places. (Looking for one could take long.)
    return this.lanes.size < this.#asking.joining ? undefined : this.lanes.firstFor(permits, priority);
  }

  /** Gives the place of a waiter that does not need it to the next one that can use it, or back. */
  #vacate(waiter: Waiter): Place | undefined {
    const place = this.#asking.places.get(waiter.place as string);
    if (place === undefined) return undefined;
    const next = this.#heirOf(place);
    if (next) {
      place.waiter = next;
      next.place = place.id;
    } else if (this.#asking.delete(place)) this.forget(place.id);
    return place;
  }

  /**
   * Gives back the places that hand-overs have moved on, so that their waiters go to the end of the line: other processes
   * came before them, and it is their turn now.
   */
  #requeue(): void {
    for (const place of this.#asking.places.values()) {
      if (place.spent === 0) continue;
      place.waiter.place = undefined;
      this.#asking.delete(place);
      this.forget(place.id);
    }
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    for (const waiter of Array.from(this.lanes)) {
      const refusal = refusalOf(waiter.permits, capacity);
      if (refusal) this.giveUp(waiter, refusal);
    }
    this.#asking.resize();
  }

  // Once for all calls of a turn, returns before requests: what was released first can be granted.
  #flush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#back.flush();
      this.#asking.flush();
      this.settled();
    });
  }
}
