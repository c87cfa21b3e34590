import { timeoutError } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import { deliver, latestOutcome } from '../runtime/delivery.ts';
import { append, isAlone, unlink } from '../runtime/ring.ts';
import { closeLane, compare, firstLane, type Lane, type Lanes, laneFor } from './lanes.ts';
import { admit, giveBack, type Policy } from './policy.ts';
import type { Verb } from './verb.ts';
import type { LockLine, Outcome, Queued, Waiter } from './waiter.ts';

const GRANTED: Outcome<void> = { value: undefined };

/**
 * The line of a lock: what waits, and in which order it is granted.
 *
 * The lock is a `Policy`: `[admit]` decides a request and takes what it asks for, `[giveBack]` undoes that. Every hold
 * begins and ends here. After a hold has ended, and after every other change of the lock's state (`moveUp`), the line
 * grants from the head for as long as `[admit]` agrees, and then runs the callbacks of the granted.
 *
 * Order: higher rank first, then higher priority, then first come, first served. No waiter overtakes the head, and a
 * newcomer never overtakes a waiter of the same or a higher priority. Granting and giving up are O(1) while all waiters
 * have the same priority; a wait costs a timer or a listener only if it asks for one.
 */
export class WaiterQueue<Request = void> implements LockLine<Request> {
  /** The lock. */
  declare readonly owner: Policy<Request>;
  /** How many permits bare verbs hold. A number as a request asks for that many permits, any other request for 1. */
  declare bare: number;
  /** @internal */
  declare lanes: Lanes | undefined;
  #size = 0;

  /**
   * @param owner - the lock, which is its policy
   */
  constructor(owner: Policy<Request>) {
    this.owner = owner;
    this.bare = 0;
    this.lanes = undefined;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Takes the request if it is free and no waiter is in front. */
  admitNow(request: Request, verb: Verb, priority = 0): boolean {
    const isBehind = this.#size > 0 && compare(firstLane(this.lanes), verb.rank, priority) >= 0;
    return !isBehind && this.take(request, verb);
  }

  /**
   * Takes the request for a caller that cannot wait, if it is free and no waiter is in front. Waiters whose signal has
   * aborted leave first, even if our listener has not run yet.
   */
  tryAdmit(request: Request, verb: Verb, priority = 0): boolean {
    if (this.size === 0) return this.take(request, verb);
    const isAdmitted = this.admitNow(request, verb, priority);
    const before = latestOutcome();
    this.drain();
    const isAdmittedNow = isAdmitted || this.admitNow(request, verb, priority);
    if (latestOutcome() !== before) deliver();
    return isAdmittedNow;
  }

  ask(request: Request, { signal, timeout, priority }: Terms, verb: Verb): Outcome<void> | undefined {
    if (signal?.aborted) throw reasonOf(signal);
    // A caller that can wait joins before any aborted waiter leaves, so that callbacks of those see it in the line.
    const isAdmitted = timeout > 0 ? this.admitNow(request, verb, priority) : this.tryAdmit(request, verb, priority);
    if (isAdmitted) return GRANTED;
    if (timeout <= 0) throw timeoutError(this.owner, verb.name, timeout);
    return undefined;
  }

  join(waiter: Waiter<Request>, terms: Terms): void {
    waiter.limit(terms);
    const before = latestOutcome();
    this.add(waiter, terms.priority);
    // A foreign signal may abort while we begin to listen to it.
    if (waiter.abortedSignal !== undefined) this.giveUp(waiter);
    // An aborted head holds nobody back, even before its listener has run.
    this.drain();
    // Otherwise a callback that waits again would have others told before it returns.
    if (latestOutcome() !== before) deliver();
  }

  /**
   * Ends a bare hold, or a part of one.
   *
   * @returns false if bare verbs hold less; then nothing has changed
   */
  giveBackBare(request: Request): boolean {
    const count = permitsOf(request);
    if (count > this.bare) return false;
    this.bare -= count;
    this.giveBack(request);
    return true;
  }

  /** Ends a hold: what `admit` took for the request is free again, and goes to the next in line. */
  giveBack(request: Request): void {
    this.untake(request);
    this.moveUp();
  }

  /** Grants whatever can be granted after a change of the lock's state, and runs the callbacks of the granted. */
  moveUp(): void {
    this.drain();
    deliver();
  }

  /** Grants from the head until the policy refuses. Callbacks run later, in `deliver()`. */
  drain(): void {
    while (this.#size > 0) {
      const { head } = this;
      // Asked again at this moment, because another abort listener may have led here before ours has run.
      if (head.abortedSignal !== undefined) {
        this.giveUp(head);
      } else if (head.enter(this)) {
        this.remove(head);
        head.grant(undefined);
      } else {
        return;
      }
    }
  }

  giveUp(waiter: Queued<Request>, reason?: unknown): void {
    if (!waiter.isQueued) return;
    this.remove(waiter);
    waiter.giveUp(reason);
  }

  /** Ends every wait. */
  cancelAll(reason: unknown): void {
    while (this.#size > 0) this.giveUp(this.head, reason);
    deliver();
  }

  // The rest is for the family alone. (No #methods: they would add a word to every line.)

  /** Every hold begins here: takes the request if the policy admits it, whatever waits. */
  take(request: Request, verb: Verb): boolean {
    if (!this.owner[admit](request)) return false;
    if (verb.isBare) this.bare += permitsOf(request);
    return true;
  }

  /**
   * Undoes `take`. `moveUp()` must follow.
   *
   * @internal
   */
  untake(request: Request): void {
    this.owner[giveBack](request);
  }

  /**
   * The waiter that goes first. There must be one.
   *
   * @internal
   */
  get head(): Queued<Request> {
    return firstLane(this.lanes).next as Queued<Request>;
  }

  /** Appends a waiter, and does no more. */
  add(waiter: Queued<Request>, priority: number): void {
    this.lanes ??= [[]];
    append(laneFor(this.lanes, waiter.verb.rank, priority), waiter);
    waiter.isQueued = true;
    this.#size++;
  }

  /** Takes a waiter out without ending its wait. */
  remove(waiter: Queued<Request>): void {
    const neighbor = waiter.next;
    unlink(waiter);
    waiter.isQueued = false;
    this.#size--;
    if (isAlone(neighbor)) closeLane(this.lanes as Lanes, neighbor as Lane);
  }
}

function permitsOf(request: unknown): number {
  return typeof request === 'number' ? request : 1;
}
