import { deliver } from './delivery.ts';
import { timeoutError } from './limits.ts';
import type { Grant, Line } from './line.ts';
import { append, isAlone, Link, unlink } from './link.ts';
import type { Terms } from './options.ts';
import type { Waiter } from './waiter.ts';

/** Decides and takes in one step: true when the request is granted now. It must run no code of users. */
export type Admit<Owner, Request> = (this: Owner, request: Request) => boolean;

/** Gives back what was taken for a request, and lets in whoever is next. */
export type GiveBack<Owner, Request> = (this: Owner, request: Request) => void;

const nothing = (): void => {};

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
export class WaiterQueue<Owner, Request = void> implements Line<Request> {
  /** The lock. */
  declare readonly owner: Owner;
  readonly #admit: Admit<Owner, Request>;
  readonly #giveBack: GiveBack<Owner, Request>;
  #highest: Lane | undefined;
  #size = 0;

  /**
   * The functions are called as methods of the lock: closures would double the size of an idle one.
   *
   * @param owner - the lock
   * @param admit - its policy
   * @param giveBack - takes back what `admit` took for a guard or a sandbox, if the lock has them
   */
  constructor(owner: Owner, admit: Admit<Owner, Request>, giveBack: GiveBack<Owner, Request> = nothing) {
    this.owner = owner;
    this.#admit = admit;
    this.#giveBack = giveBack;
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

  /** Takes the request now if nobody of its priority or above waits and the policy agrees. */
  admitNow(request: Request, priority = 0): boolean {
    if (this.#size > 0 && (this.#highest as Lane).priority >= priority) return false;
    return this.#admit.call(this.owner, request);
  }

  /** The same for somebody who cannot wait: those who have aborted, even if they have yet to hear, hold back nobody. */
  tryAdmit(request: Request, priority = 0): boolean {
    const isAdmitted = this.admitNow(request, priority);
    if (!this.catchUp()) return isAdmitted;
    const isAdmittedNow = isAdmitted || this.admitNow(request, priority);
    deliver();
    return isAdmittedNow;
  }

  /** Lets go those who only have yet to be noticed, such as the aborted. If there are any, `deliver()` must follow. */
  catchUp(): boolean {
    const { size } = this;
    this.drain();
    return this.size < size;
  }

  /** The end of what `admit` took for a guard or a sandbox. */
  giveBack(request: Request): void {
    this.#giveBack.call(this.owner, request);
  }

  ask(request: Request, { signal, timeout, priority }: Terms, operation: string): Grant<void> | undefined {
    if (signal?.aborted) throw signal.reason;
    // Who can wait joins first: callbacks of those who leave before it must not find the line without it.
    const isAdmitted = timeout > 0 ? this.admitNow(request, priority) : this.tryAdmit(request, priority);
    if (isAdmitted) return GRANTED;
    if (timeout <= 0) throw timeoutError(operation, timeout);
    return undefined;
  }

  join(waiter: Waiter<Request>, terms: Terms, operation: string): void {
    waiter.limit(this, terms, operation);
    append(this.#lane(terms.priority), waiter);
    this.#size++;
    // Who has aborted holds back nobody, even if it has yet to hear.
    if (this.#head().abortedSignal !== undefined) {
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
      } else if (this.#admit.call(this.owner, head.request)) {
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
