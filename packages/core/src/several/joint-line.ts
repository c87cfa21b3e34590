import { label, type Named, timeoutError } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import type { LockLine, Outcome, Waiter } from '../line/waiter.ts';
import { deliver, lastPosted, type Posted, postFirst } from '../runtime/delivery.ts';
import { Link } from '../runtime/ring.ts';
import { type Joint, Part } from './part.ts';

const GRANTED: Outcome<void> = { value: undefined };

/**
 * The line of one request for several locks. The request joins the lines of all of them in one step, with a `Part` in
 * each, and is granted when all its parts are first in line and all locks admit it. It holds nothing while it waits.
 *
 * All lines get their parts at the same instant, so all agree which of two such requests is first: they cannot deadlock
 * with each other (deterministic locking: Thomson et al., Calvin, 2012).
 *
 * ```text
 *   line of a:  A ◄─► part ◄─► B        granted once A and C have gone, and before B
 *   line of b:  C ◄─► part
 * ```
 */
export class JointLine extends Link implements LockLine<undefined>, Joint, Named, Posted {
  readonly name = undefined;
  readonly #entrances: readonly Entrance<unknown>[];
  // Those in the lines: all while the request waits, none before and after.
  #parts: readonly Part[] = [];
  #isDeciding = false;
  #hasLeft = false;

  constructor(entrances: readonly Entrance<unknown>[]) {
    super();
    this.#entrances = entrances;
  }

  /** What messages call it: the names of all its locks. */
  get [Symbol.toStringTag](): string {
    return this.#entrances.map(({ line }) => label(line.owner)).join(', ');
  }

  get owner(): Named {
    return this;
  }

  /** The number of waiters in all the lines. */
  get size(): number {
    return this.#entrances.reduce((sum, { line }) => sum + line.size, 0);
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

  ask(_request: undefined, { signal, timeout, priority }: Terms, verb: Verb): Outcome<void> | undefined {
    if (signal?.aborted) throw reasonOf(signal);
    if (timeout > 0 ? this.#admitNow(priority) : this.tryAdmit(undefined, verb, priority)) {
      this.leave();
      return GRANTED;
    }
    if (timeout <= 0) throw timeoutError(this, verb.name, timeout);
    return undefined;
  }

  tryAdmit(_request: undefined, _verb: Verb, priority = 0): boolean {
    const isAdmitted = this.#admitNow(priority);
    const last = lastPosted();
    this.drain();
    if (lastPosted() === last) return isAdmitted;
    const isAdmittedNow = isAdmitted || this.#admitNow(priority);
    deliver();
    return isAdmittedNow;
  }

  join(waiter: Waiter<undefined>, terms: Terms): void {
    waiter.limit(terms);
    const last = lastPosted();
    this.#parts = this.#entrances.map((entrance) => new Part(entrance, this, waiter));
    // No line moves up before all have their part: the end of a wait may run user code, and lines that disagree on who is
    // first could deadlock.
    for (const part of this.#parts) part.line.add(part, terms.priority);
    // As in the line of one lock.
    if (waiter.abortedSignal !== undefined) this.giveUp(waiter);
    this.drain();
    if (lastPosted() !== last) deliver();
  }

  giveUp(waiter: Waiter<undefined>, reason?: unknown): void {
    if (this.#parts.length === 0) return;
    this.#withdraw();
    waiter.giveUp(reason);
  }

  drain(): void {
    for (const { line } of this.#entrances) line.drain();
  }

  /** All are free before any line moves up. */
  giveBack(): void {
    for (const { line, request } of this.#entrances) line.untake(request);
    this.drain();
    deliver();
  }

  enter(part: Part): boolean {
    if (this.#isDeciding) return false;
    this.#isDeciding = true;
    this.#drainAborted(part);
    this.#isDeciding = false;
    if (!this.#isFirst || !this.#takeAll(({ line, request, verb }) => line.take(request, verb))) return false;
    this.#withdraw(part);
    postFirst(this);
    return true;
  }

  lose(waiter: Waiter<undefined>, reason: unknown): void {
    this.giveUp(waiter, reason);
    postFirst(this);
  }

  /** It has left all its lines: they move up. */
  run(): void {
    this.drain();
  }

  get #isFirst(): boolean {
    return this.#parts.length > 0 && this.#parts.every((part) => part.line.head === part);
  }

  #admitNow(priority: number): boolean {
    return this.#takeAll(({ line, request, verb }) => line.admitNow(request, verb, priority));
  }

  // Nothing happens between taking and undoing it, so no line has to move up.
  #takeAll(take: (entrance: Entrance<unknown>) => boolean): boolean {
    const refuser = this.#entrances.findIndex((entrance) => !take(entrance));
    if (refuser < 0) return true;
    for (const { line, request } of this.#entrances.slice(0, refuser)) line.untake(request);
    return false;
  }

  // An aborted head blocks nobody, even before its listener has run. The end of its wait may run user code, which may end
  // this one.
  #drainAborted(part: Part): void {
    for (const { line } of this.#parts) {
      if (line !== part.line && line.size > 0 && line.head.abortedSignal !== undefined) line.drain();
    }
  }

  // The line of the first one takes it out itself.
  #withdraw(first?: Part): void {
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) if (part !== first) part.withdraw();
  }
}
