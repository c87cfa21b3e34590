import type { SignalShape } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { type Form, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';

/** The request that a part is of. */
export interface Joint {
  /** Called by a part that is first in its line: takes all locks, or none. */
  enter(part: Part): boolean;
  /** A part has left its line without being granted: the line was canceled, or the signal has aborted. */
  lose(whole: Waiter<undefined>, reason: unknown): void;
}

// Of one rank in every line, also among the readers of the policy 'readers': lines that disagree on who is first could
// deadlock.
const PART: Verb = { name: 'acquireAll', rank: 0, isBare: false };

// A part is never told: the whole request is.
const SILENT: Form<unknown, void> = { tell() {}, capture: undefined };

/** The place of a joint request in one of its lines. */
export class Part extends Waiter<unknown> {
  declare readonly line: WaiterQueue<unknown>;
  readonly #joint: Joint;
  readonly #whole: Waiter<undefined>;

  constructor({ line, request }: Entrance<unknown>, joint: Joint, whole: Waiter<undefined>) {
    super(line, request, PART, SILENT, whole);
    this.#joint = joint;
    this.#whole = whole;
  }

  /** Leaves its line, if it is there. */
  withdraw(): void {
    if (!this.isQueued) return;
    this.unlimit();
    this.line.remove(this);
  }

  override get abortedSignal(): SignalShape | undefined {
    return this.#whole.abortedSignal;
  }

  override enter(): boolean {
    return this.#joint.enter(this);
  }

  override grant(): void {
    this.unlimit();
    this.#whole.grant(undefined);
  }

  override giveUp(reason: unknown): void {
    this.unlimit();
    this.#joint.lose(this.#whole, reason);
  }
}
