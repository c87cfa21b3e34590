import type { SignalShape } from '../contract/signal.ts';
import type { Entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import type { Line, Queued, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { type Posted, postFirst } from '../runtime/delivery.ts';
import { Link } from '../runtime/ring.ts';

/** The line of the request that a part is of. */
export interface Joint extends Line<number> {
  /** Called by a part that is first in its line: takes all locks for the request, or none. */
  enter(part: Part, whole: Waiter<number>): boolean;
}

/** A line that is to move up before anything is told. */
export class Move extends Link implements Posted {
  // Set by the constructor alone, as in `Link`.
  declare readonly line: WaiterQueue<unknown>;

  constructor(line: WaiterQueue<unknown>) {
    super();
    this.line = line;
  }

  run(): void {
    this.line.drain();
  }
}

/** The place of a joint request in one of its lines. It is never told anything: the whole request is. */
export class Part extends Move implements Queued<unknown> {
  declare readonly request: unknown;
  declare readonly whole: Waiter<number>;
  declare isQueued: boolean;

  constructor({ line, request }: Entrance<unknown>, whole: Waiter<number>) {
    super(line);
    this.request = request;
    this.whole = whole;
    this.isQueued = false;
  }

  get verb(): Verb {
    return this.whole.verb;
  }

  get abortedSignal(): SignalShape | undefined {
    return this.whole.abortedSignal;
  }

  enter(): boolean {
    return (this.whole.line as Joint).enter(this, this.whole);
  }

  grant(): void {
    this.whole.grant(undefined);
  }

  /** It has left its line, and the others leave theirs. Each line moves up before anything is told. */
  giveUp(reason: unknown): void {
    postFirst(this);
    this.whole.line.giveUp(this.whole, reason);
  }
}
