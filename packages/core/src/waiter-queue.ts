import { deliver } from './delivery.ts';
import type { Guard } from './guard.ts';
import { timeoutError } from './limits.ts';
import type { Grant, Line } from './line.ts';
import { append, isAlone, Link, unlink } from './link.ts';
import type { Terms } from './options.ts';
import type { Waiter } from './waiter.ts';

/** Decides and takes in one step: true when the request is granted now. It must run no code of users. */
export type Admit<Owner, Request> = (this: Owner, request: Request) => boolean;

const unguarded = (): never => undefined as never;

const GRANTED: Grant<void> = { value: undefined };

/** The ring of all waiters of one priority. */
class Lane extends Link {
  declare readonly priority: number;
  higher: Lane | undefined;
  lower: Lane | undefined;

  constructor(priority: number) {
    super();
    this.priority = priority;
  }
}

/**
 * The line of a lock: who waits, and in which order they go in.
 *
 * The lock keeps its own state and gives the line a policy, `admit`, which decides a request and takes what it asks
 * for. After every change of its state the lock calls `drain()`, which grants from the head for as long as `admit`
 * agrees, and then `deliver()`, which runs the callbacks of those who were let in.
 *
 * Order: higher priority first, then first come, first served. Nobody passes the head, and no newcomer passes anybody
 * of the same or a higher priority. Granting and giving up are O(1), and so is joining but for a step for each higher
 * priority that waits; a wait costs a timer or a listener only if it asks for one.
 *
 * ```text
 *   queue ─► lane 5 ◄─► A ◄─► B ◄─┐        either one lane, which may be empty,
 *              │ └────────────────┘        or several, none of which is
 *              ▼
 *            lane 0 ◄─► C ◄─► D ◄─► E ◄─┐
 *                └──────────────────────┘
 * ```
 */
export class WaiterQueue<Owner, Request = void, G extends Guard | undefined = undefined> implements Line<Request> {
  readonly #owner: Owner;
  readonly #admit: Admit<Owner, Request>;
  readonly #guard: (this: Owner, request: Request) => G;
  #highest: Lane | undefined;
  #size = 0;

  /**
   * The functions are called as methods of the lock: closures would double the size of an idle one.
   *
   * @param owner - the lock
   * @param admit - its policy
   * @param guard - makes the guard of what `admit` has just taken, if the lock has guards
   */
  constructor(owner: Owner, admit: Admit<Owner, Request>, guard: (this: Owner, request: Request) => G = unguarded) {
    this.#owner = owner;
    this.#admit = admit;
    this.#guard = guard;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** The waiters from the head on. The one just seen may be given up meanwhile. */
  *[Symbol.iterator](): Generator<Waiter<Request>, void, undefined> {
    for (let lane = this.#highest; lane !== undefined; lane = lane.lower) {
      let link = lane.next;
      while (link !== lane) {
        const { next } = link;
        yield link as Waiter<Request>;
        link = next;
      }
    }
  }

  /**
   * Takes the request now if nobody of its priority or above waits and the policy agrees. An aborted head is given up on
   * the way.
   */
  tryAdmit(request: Request, priority = 0): boolean {
    return this.#pastAborted(this.#admitNow, request, priority) !== undefined;
  }

  /** The same, with the guard of what is taken. */
  tryGuard(request: Request, priority = 0): G | undefined {
    return this.#pastAborted(this.#guardNow, request, priority);
  }

  /** The guard of a request that has just been granted. */
  guard(request: Request): G {
    return this.#guard.call(this.#owner, request);
  }

  ask(request: Request, terms: Terms, operation: string): Grant<void> | undefined {
    return this.#ask(this.#admitNow, request, terms, operation);
  }

  /** `ask`, with the guard of what is taken. */
  askGuard(request: Request, terms: Terms, operation: string): G | undefined {
    return this.#ask(this.#guardNow, request, terms, operation);
  }

  join(waiter: Waiter<Request>, terms: Terms, operation: string): void {
    waiter.limit(this, terms, operation);
    append(this.#lane(terms.priority), waiter);
    this.#size++;
    if (this.#isHeadAborted()) {
      this.drain();
      deliver();
    }
  }

  /** Grants from the head on, until the policy refuses. The callbacks of the granted wait for `deliver()`. */
  drain(): void {
    while (this.#size > 0) {
      const head = this.#head();
      // Asked again at this moment: another abort listener may have led here before ours has run.
      if (head.abortedSignal !== undefined) {
        this.giveUp(head, undefined);
      } else if (this.#admit.call(this.#owner, head.request)) {
        this.#remove(head);
        head.grant();
      } else {
        return;
      }
    }
  }

  giveUp(waiter: Waiter<Request>, reason: unknown): void {
    if (isAlone(waiter)) return;
    this.#remove(waiter);
    waiter.giveUp(reason);
  }

  /** Gives up everybody. */
  cancelAll(reason: unknown): void {
    while (this.#size > 0) this.giveUp(this.#head(), reason);
  }

  #ask<Taken>(
    take: (this: this, request: Request, priority: number) => Taken | undefined,
    request: Request,
    { signal, timeout, priority }: Terms,
    operation: string,
  ): Taken | undefined {
    if (signal?.aborted) throw signal.reason;
    if (timeout > 0) return take.call(this, request, priority);
    const taken = this.#pastAborted(take, request, priority);
    if (taken === undefined) throw timeoutError(operation, timeout);
    return taken;
  }

  // Whoever moves up hears of it only when all is taken: a bare hold that is yet to be a guard's could be given back.
  #pastAborted<Taken>(
    take: (this: this, request: Request, priority: number) => Taken | undefined,
    request: Request,
    priority: number,
  ): Taken | undefined {
    const isHeadAborted = this.#size > 0 && this.#isHeadAborted();
    if (isHeadAborted) this.drain();
    const taken = take.call(this, request, priority);
    if (isHeadAborted) deliver();
    return taken;
  }

  #admitNow(request: Request, priority: number): Grant<void> | undefined {
    if (this.#size > 0 && (this.#highest as Lane).priority >= priority) return undefined;
    return this.#admit.call(this.#owner, request) ? GRANTED : undefined;
  }

  #guardNow(request: Request, priority: number): G | undefined {
    return this.#admitNow(request, priority) && this.guard(request);
  }

  // Who has aborted must not hold back a newcomer, even if its listener has yet to run.
  #isHeadAborted(): boolean {
    return this.#head().abortedSignal !== undefined;
  }

  #head(): Waiter<Request> {
    return (this.#highest as Lane).next as Waiter<Request>;
  }

  #remove(waiter: Waiter<Request>): void {
    const neighbour = waiter.next;
    unlink(waiter);
    this.#size--;
    if (isAlone(neighbour)) this.#close(neighbour as Lane);
  }

  #lane(priority: number): Lane {
    let higher: Lane | undefined;
    let lower = this.#highest;
    while (lower !== undefined && lower.priority > priority) {
      higher = lower;
      lower = lower.lower;
    }
    if (lower?.priority === priority) return lower;
    const lane = new Lane(priority);
    if (this.#size === 0) {
      this.#highest = lane;
    } else {
      this.#connect(higher, lane);
      this.#connect(lane, lower);
    }
    return lane;
  }

  // The only lane stays, so that a lock with one waiter at a time makes no new lane for each.
  #close(lane: Lane): void {
    if (this.#size > 0) this.#connect(lane.higher, lane.lower);
  }

  #connect(higher: Lane | undefined, lower: Lane | undefined): void {
    if (higher === undefined) this.#highest = lower;
    else higher.lower = lower;
    if (lower !== undefined) lower.higher = higher;
  }
}
