import type { SignalShape } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import { type Line, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { postFirst } from '../runtime/delivery.ts';

/** The line of the request that a part is of. */
export interface Joint extends Line<number> {
  /** Called by a part that is first in its line: takes all locks for the request, or none. */
  enter(part: Part, whole: Waiter<number>): boolean;
}

/** The place of a joint request in one of its lines. It is never told anything: the whole request is. */
export class Part extends Waiter<unknown> {
  declare readonly line: WaiterQueue<unknown>;
  readonly #whole: Waiter<number>;

  constructor({ line, request }: Entrance<unknown>, whole: Waiter<number>) {
    super(line, request, whole.verb, whole.form);
    this.#whole = whole;
  }

  override get abortedSignal(): SignalShape | undefined {
    return this.#whole.abortedSignal;
  }

  override enter(): boolean {
    return (this.#whole.line as Joint).enter(this, this.#whole);
  }

  override grant(): void {
    this.#whole.grant(undefined);
  }

  /** It has left its line, and the others leave theirs. Each line moves up before anything is told. */
  override giveUp(reason: unknown): void {
    this.isQueued = false;
    postFirst(this);
    this.#whole.line.giveUp(this.#whole, reason);
  }

  override run(): void {
    this.line.drain();
  }
}
