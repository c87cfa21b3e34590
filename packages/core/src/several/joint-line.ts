import { label, type Named, timeoutError } from '../contract/name.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import type { LockLine, Outcome, Waiter } from '../line/waiter.ts';
import { deliver, postFirst, withoutDelivery } from '../runtime/delivery.ts';
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
export class JointLine implements LockLine<undefined>, Joint {
  readonly owner: Named;
  readonly #entrances: readonly Entrance<unknown>[];
  #parts: readonly Part[] = [];
  // While it joins or decides, its parts cannot be granted.
  #isBusy = false;
  #hasLeft = false;

  constructor(entrances: readonly Entrance<unknown>[]) {
    const names = entrances.map(({ line }) => label(line.owner)).join(', ');
    this.owner = { name: undefined, [Symbol.toStringTag]: names };
    this.#entrances = entrances;
  }

  /** The number of waiters in all the lines. */
  get size(): number {
    return this.#entrances.reduce((sum, { line }) => sum + line.size, 0);
  }

  ask(_request: undefined, { signal, timeout, priority }: Terms, verb: Verb): Outcome<void> | undefined {
    if (signal?.aborted) throw reasonOf(signal);
    this.#prepare();
    if (timeout > 0 ? this.#admitNow(priority) : this.tryAdmit(undefined, verb, priority)) return GRANTED;
    if (timeout <= 0) throw timeoutError(this.owner, verb.name, timeout);
    return undefined;
  }

  tryAdmit(_request: undefined, _verb: Verb, priority = 0): boolean {
    this.#prepare();
    const isAdmitted = this.#admitNow(priority);
    const { size } = this;
    this.drain();
    if (this.size === size) return isAdmitted;
    const isAdmittedNow = isAdmitted || this.#admitNow(priority);
    deliver();
    return isAdmittedNow;
  }

  join(waiter: Waiter<undefined>, terms: Terms): void {
    waiter.limit(terms);
    this.#parts = this.#entrances.map((entrance) => new Part(entrance, this, waiter));
    this.#isBusy = true;
    withoutDelivery(() => {
      for (const part of this.#parts) if (this.#parts.length > 0) part.line.join(part, terms);
    });
    this.#isBusy = false;
    // Aborted waiters may have left the lines meanwhile.
    this.drain();
    deliver();
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
    if (this.#isBusy) return false;
    this.#isBusy = true;
    this.#drainAborted(part);
    const isAdmitted =
      this.#parts.every((each) => each.isFirst) && this.#takeAll(({ line, request, verb }) => line.take(request, verb));
    this.#isBusy = false;
    if (isAdmitted) {
      this.#withdraw(part);
      postFirst(new MoveUp(this));
    }
    return isAdmitted;
  }

  // The line was canceled, or the signal has aborted.
  lose(waiter: Waiter<undefined>, reason: unknown): void {
    this.giveUp(waiter, reason);
    postFirst(new MoveUp(this));
  }

  /** Tells the locks that nobody enters here any more, unless the request waits. */
  leave(): void {
    if (this.#hasLeft || this.#parts.length > 0) return;
    this.#hasLeft = true;
    for (const entrance of this.#entrances) entrance.leave?.();
  }

  #prepare(): void {
    for (const entrance of this.#entrances) entrance.prepare?.();
  }

  #admitNow(priority: number): boolean {
    return this.#takeAll(({ line, request, verb }) => line.admitNow(request, verb, priority));
  }

  // Nothing happens between taking and undoing it, so no line has to move up.
  #takeAll(take: (entrance: Entrance<unknown>) => boolean): boolean {
    const taken: Entrance<unknown>[] = [];
    for (const entrance of this.#entrances) {
      if (!take(entrance)) {
        for (const { line, request } of taken) line.untake(request);
        return false;
      }
      taken.push(entrance);
    }
    return true;
  }

  // An aborted head blocks nobody, even before its listener has run.
  #drainAborted(part: Part): void {
    for (const { line } of this.#entrances) {
      if (line !== part.line && line.head.abortedSignal !== undefined) line.drain();
    }
  }

  // The line of the first one takes it out itself.
  #withdraw(first?: Part): void {
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) if (part !== first) part.withdraw();
    this.leave();
  }
}

/** The other lines move up before anything is told. */
class MoveUp extends Link {
  readonly #joint: JointLine;

  constructor(joint: JointLine) {
    super();
    this.#joint = joint;
  }

  run(): void {
    this.#joint.drain();
  }
}
