import { label } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import type { Entrance } from '../line/entrance.ts';
import { admit, giveBack, type Policy } from '../line/policy.ts';
import type { Verb } from '../line/verb.ts';
import type { Outcome, Waiter } from '../line/waiter.ts';
import { WaiterQueue } from '../line/waiter-queue.ts';
import { type Joint, Part } from './part.ts';

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
  readonly #entrances: readonly Entrance<unknown>[];
  // One in each line while the request waits, none before and after.
  #parts: readonly Part[] = NONE;
  #isDeciding = false;
  #hasLeft = false;

  constructor(entrances: readonly Entrance<unknown>[]) {
    super(undefined as never);
    this.owner = this;
    this.#entrances = entrances;
  }

  /** What messages call it: the names of all its locks. */
  get [Symbol.toStringTag](): string {
    return this.#entrances.map(({ line }) => label(line.owner)).join(', ');
  }

  /** The number of waiters in all the lines. */
  override get size(): number {
    return this.#entrances.reduce((sum, { line }) => sum + line.size, 0);
  }

  /** A function to run under all the holds, as tools that watch the locks want it to be called. */
  wrap<Fn extends () => unknown>(fn: Fn): Fn {
    return this.#entrances.reduce((wrapped, entrance) => entrance.wrap?.(wrapped) ?? wrapped, fn);
  }

  /** To be called before the request is made, unless its arguments or its signal refuse it. */
  prepare(): void {
    for (const entrance of this.#entrances) entrance.prepare?.();
  }

  /** To be called once the request has been answered, or waits. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    for (const entrance of this.#entrances) entrance.leave?.();
  }

  override ask(priority: number, terms: Terms, verb: Verb): Outcome<void> | undefined {
    const outcome = super.ask(priority, terms, verb);
    if (outcome !== undefined) this.leave();
    return outcome;
  }

  override drain(): void {
    for (const { line } of this.#entrances) line.drain();
  }

  override add(whole: Waiter<number>, priority: number): void {
    // To begin to listen to a foreign signal is to run user code, which may have lowered a capacity.
    for (const { line, request, verb } of this.#entrances) {
      const reason = verb.refusal?.(line.owner as never, request as never);
      if (reason !== undefined) {
        whole.giveUp(reason);
        return;
      }
    }
    whole.isQueued = true;
    // No line moves up before all have their part: the end of a wait may run user code, and lines that disagree on who is
    // first could deadlock.
    this.#parts = this.#entrances.map((entrance) => new Part(entrance, whole));
    for (const part of this.#parts) part.line.add(part, priority);
  }

  override remove(): void {
    const parts = this.#parts;
    this.#parts = NONE;
    for (const part of parts) part.withdraw();
  }

  enter(part: Part): boolean {
    if (this.#isDeciding) return false;
    this.#isDeciding = true;
    this.#drainAborted();
    this.#isDeciding = false;
    if (!part.isQueued || !this.#parts.every((each) => each.line.head === each)) return false;
    if (!this.takeAll()) return false;
    // Its line takes it out itself.
    part.isQueued = false;
    this.remove();
    return true;
  }

  /**
   * Takes what is asked for in each line, or nothing. In between nothing happens, so no line has to move up.
   *
   * @param priority - of a newcomer, which overtakes nobody
   */
  takeAll(priority?: number): boolean {
    for (const entrance of this.#entrances) {
      const { line, request, verb } = entrance;
      if (!(priority === undefined ? line.take(request, verb) : line.admitNow(request, verb, priority))) {
        this.untakeAll(entrance);
        return false;
      }
    }
    return true;
  }

  /** Gives back what was taken in all lines, or in those before `end`. All are free before any line moves up. */
  untakeAll(end?: Entrance<unknown>): void {
    for (const entrance of this.#entrances) {
      if (entrance === end) return;
      entrance.line.untake(entrance.request);
    }
  }

  // An aborted head blocks nobody, even before its listener has run. The end of its wait may run user code, which may end
  // this one.
  #drainAborted(): void {
    for (const { line } of this.#entrances) {
      if (line.size > 0 && line.head.abortedSignal !== undefined) line.drain();
    }
  }

  [admit](priority: number): boolean {
    return this.takeAll(priority);
  }

  [giveBack](): void {
    this.untakeAll();
  }
}
