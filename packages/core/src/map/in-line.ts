import type { Terms } from '../contract/options.ts';
import { type Enterable, type Entrance, entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { type Form, Waiter } from '../line/waiter.ts';
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

/** Holds of a lock of this thread: one waiter for all, and no promises. */
export class InLine implements Holds {
  readonly #entrance: Entrance<unknown>;
  readonly #terms: Terms;
  readonly #verb: Verb;
  readonly #waiter: Waiter<unknown>;

  constructor(run: Run, lock: Enterable, terms: Terms, name: string) {
    this.#entrance = lock[entrance]();
    const { line, request, verb } = this.#entrance;
    this.#terms = terms;
    this.#verb = { ...verb, name };
    this.#waiter = new Waiter(line, request, this.#verb, RUN, NOBODY, run);
  }

  get latest(): undefined {
    return undefined;
  }

  ask(): boolean {
    const { line, request } = this.#entrance;
    this.#entrance.prepare?.();
    if (line.ask(request, this.#terms, this.#verb) !== undefined) return true;
    line.join(this.#waiter, this.#terms);
    return false;
  }

  watch(): void {}

  giveUp(): void {
    const { line } = this.#entrance;
    line.giveUp(this.#waiter);
    line.moveUp();
  }

  release(): undefined {
    this.#entrance.line.giveBack(this.#entrance.request);
  }

  leave(): void {
    this.#entrance.leave?.();
  }
}
