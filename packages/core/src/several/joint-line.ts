import { label } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import type { Entrance } from '../line/entrance.ts';
import { admit, giveBack, type Policy } from '../line/policy.ts';
import type { Verb } from '../line/verb.ts';
import type { Outcome, Waiter } from '../line/waiter.ts';
import { WaiterQueue } from '../line/waiter-queue.ts';
import { postFirst } from '../runtime/delivery.ts';
import { type Joint, Move, Part } from './part.ts';

const NONE: readonly Part[] = [];

/**
 * The line of one request for several locks, whose policy is to admit it if the lines of all of them do. What is asked
 * for is the priority.
 *
 * A request that has to wait joins all the lines in one step, with a `Part` in each, and is granted when all its parts are
 * first in line and all locks admit it. It holds nothing while it waits. All lines get their parts at the same instant, so
 * all agree which of two such requests is first: they cannot deadlock with each other (deterministic locking: Thomson et
 * al., Calvin, 2012).
 *
 * ```text
 *   line of a:  A ◄─► part ◄─► B        granted once A and C have gone, and before B
 *   line of b:  C ◄─► part
 * ```
 */
export class JointLine extends WaiterQueue<number> implements Joint, Policy<number> {
  declare owner: Policy<number>;
  readonly name = undefined;
  /**
   * Of its locks, one for each line. To be filled before the request is made, by a function: an error keeps the `this` of
   * the methods that it came through alive, and with it the keys of locks.
   */
  readonly entrances: Entrance<unknown>[] = [];
  // One in each line, once the request has to wait.
  #parts = NONE;
  #hasLeft = false;

  constructor() {
    super(undefined as never);
    this.owner = this;
  }

  /** What messages call it: the names of all its locks. */
  get [Symbol.toStringTag](): string {
    return this.entrances.map(({ line }) => label(line.owner)).join(', ');
  }

  /** The number of waiters in all the lines. */
  override get size(): number {
    let sum = 0;
    for (const { line } of this.entrances) sum += line.size;
    return sum;
  }

  /** A function to run under all the holds, as tools that watch the locks want it to be called. */
  wrap<Fn extends () => unknown>(fn: Fn): Fn {
    let wrapped = fn;
    for (const entrance of this.entrances) wrapped = entrance.wrap?.(wrapped) ?? wrapped;
    return wrapped;
  }

  /** To be called before the request is made, unless its arguments or its signal refuse it. */
  prepare(): void {
    for (const entrance of this.entrances) entrance.prepare?.();
  }

  /** To be called once the request has been answered, or waits. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    for (const entrance of this.entrances) entrance.leave?.();
  }

  override ask(priority: number, terms: Terms, verb: Verb): Outcome<void> | undefined {
    const outcome = super.ask(priority, terms, verb);
    if (outcome !== undefined) this.leave();
    return outcome;
  }

  override drain(): void {
    for (const { line } of this.entrances) line.drain();
  }

  override add(whole: Waiter<number>, priority: number): void {
    whole.isQueued = true;
    this.#parts = this.entrances.map((entrance) => new Part(entrance, whole));
    for (const part of this.#parts) part.line.add(part, priority);
  }

  override remove(whole: Waiter<number>): void {
    whole.isQueued = false;
    for (const part of this.#parts) part.line.giveUp(part);
  }

  enter(part: Part, whole: Waiter<number>): boolean {
    for (const { line, isQueued } of this.#parts) if (isQueued) dropAborted(line);
    const isFirst = this.#parts.every((each) => each.isQueued && each.line.head === each);
    if (!isFirst || !this[admit](Infinity)) return false;
    // Its line takes it out itself.
    part.isQueued = false;
    this.remove(whole);
    return true;
  }

  /**
   * Takes what is asked for in each line, or nothing. In between nothing happens, so no line has to move up.
   *
   * @param priority - of a newcomer, which overtakes nobody; infinite for one that is first in all lines
   */
  [admit](priority: number): boolean {
    for (const entrance of this.entrances) {
      const { line, request, verb } = entrance;
      if (!line.admitNow(request, verb, priority)) {
        this[giveBack](priority, entrance);
        return false;
      }
    }
    return true;
  }

  /** Gives back what was taken in all lines, or in those before `end`. All are free before any line moves up. */
  [giveBack](_priority: number, end?: Entrance<unknown>): void {
    for (const entrance of this.entrances) {
      if (entrance === end) return;
      entrance.line.untake(entrance.request);
    }
  }
}

// An aborted head blocks nobody, even before its listener has run. The line moves up later: to do it here could lead from
// line to line, and take a stack as deep as there are requests.
function dropAborted(line: WaiterQueue<unknown>): void {
  for (let { head } = line; head.abortedSignal !== undefined; head = line.head) {
    line.giveUp(head);
    postFirst(new Move(line));
  }
}
