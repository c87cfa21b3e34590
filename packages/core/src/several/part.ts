import type { SignalShape } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { type Line, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { postFirst } from '../runtime/delivery.ts';

/** The line of the request that a part is of. */
export interface Joint extends Line<number> {
  /** Called by a part that is first in its line: takes all locks, or none. */
  enter(part: Part): boolean;
}

// Of one rank in every line, also among the readers of the policy 'readers': lines that disagree on who is first could
// deadlock.
const PART: Verb = { name: 'acquireAll', rank: 0, isBare: false };

/** The place of a joint request in one of its lines. It is never told anything: the whole request is. */
export class Part extends Waiter<unknown> {
  declare readonly line: WaiterQueue<unknown>;
  readonly #whole: Waiter<number>;

  constructor({ line, request }: Entrance<unknown>, whole: Waiter<number>) {
    super(line, request, PART, whole.form);
    this.#whole = whole;
  }

  /** Leaves its line, if it is there. The line moves up before anything is told. */
  withdraw(): void {
    if (!this.isQueued) return;
    this.isQueued = false;
    this.line.remove(this);
    postFirst(this);
  }

  override run(): void {
    this.line.drain();
  }

  override get abortedSignal(): SignalShape | undefined {
    return this.#whole.abortedSignal;
  }

  override enter(): boolean {
    return (this.#whole.line as Joint).enter(this);
  }

  override grant(): void {
    this.#whole.grant(undefined);
  }

  override giveUp(reason: unknown): void {
    this.isQueued = false;
    this.#whole.line.giveUp(this.#whole, reason);
  }
}
