import type { Terms } from '../contract/options.ts';
import type { SignalShape } from '../contract/signal.ts';
import { type Enterable, type Entrance, entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { type Form, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import type { Holds, Run } from './holds.ts';

// Its waiters tell the run, and settle no promise.
const NOBODY = { resolve(): void {}, reject(): void {} };

const RUN: Form<unknown, void> = {
  tell({ fn, failure }) {
    const run = fn as Run;
    if (failure === undefined) run.granted();
    else run.refused(failure.reason);
  },
  capture: undefined,
};

/** The place of a run in a line. The run is what listens to the signal. */
class Place extends Waiter<unknown> {
  declare readonly line: WaiterQueue<unknown>;
  declare readonly signalOfRun: SignalShape | undefined;

  constructor(run: Run, { line, request }: Entrance<unknown>, verb: Verb, signal: SignalShape | undefined) {
    super(line, request, verb, RUN, NOBODY, run);
    this.signalOfRun = signal;
  }

  override get abortedSignal(): SignalShape | undefined {
    return this.signalOfRun?.aborted ? this.signalOfRun : undefined;
  }
}

/** Holds of a lock of this thread: one waiter for all, and no promises. */
export class InLine implements Holds {
  readonly #run: Run;
  readonly #lock: Enterable;
  readonly #terms: Terms;
  readonly #name: string;
  readonly #signal: SignalShape | undefined;
  #entrance: Entrance<unknown> | undefined;
  // Set with the entrance, and kept for a release that comes later.
  #place!: Place;

  constructor(run: Run, lock: Enterable, terms: Terms, name: string) {
    this.#run = run;
    this.#lock = lock;
    this.#terms = { ...terms, signal: undefined };
    this.#name = name;
    this.#signal = terms.signal;
  }

  ask(): boolean {
    this.#entrance ??= this.#enter();
    this.#entrance.prepare?.();
    const { line, request, verb } = this.#place;
    if (line.ask(request, this.#terms, verb) !== undefined) return true;
    line.join(this.#place, this.#terms);
    return false;
  }

  giveUp(): void {
    const { line } = this.#place;
    line.giveUp(this.#place);
    line.moveUp();
  }

  release(): undefined {
    const { line, request } = this.#place;
    line.giveBack(request);
  }

  // The lock of a key goes when nobody holds it or waits for it.
  leave(): void {
    const { leave } = this.#entrance ?? {};
    if (leave === undefined) return;
    this.#entrance = undefined;
    leave();
  }

  #enter(): Entrance<unknown> {
    const entered = this.#lock[entrance]();
    this.#place = new Place(this.#run, entered, { ...entered.verb, name: this.#name }, this.#signal);
    return entered;
  }
}
