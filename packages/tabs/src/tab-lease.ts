import { type Lease, LeaseLostError } from '@valvekit/core';
import type { Ask } from './ask.ts';

/** The line that a lease is from. */
export interface Lender {
  readonly name: string;
  /** A hold has ended. */
  leave(permits: number): void;
}

export interface TabLease extends Lease {}

/** The lease that a caller gets: of one lock of the browser, or of several permits. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first lease is made
export class TabLease {
  readonly #ask: Ask;
  readonly #controller = new AbortController();
  readonly #over: Promise<void>;

  constructor(line: Lender, ask: Ask) {
    this.#ask = ask;
    // What waits for the end of the hold does not know the lease, so that one that gets lost can be collected.
    const controller = this.#controller;
    const over = Promise.all(ask.locks.map((lock) => lock.ended));
    this.#over = over.then(
      // Until now the browser would have answered that it is not free.
      () => line.leave(ask.permits),
      () => {
        line.leave(ask.permits);
        const error = new LeaseLostError(line.name, 'stolen', 'another script took it');
        if (!ask.isReleased) controller.abort(error);
        throw error;
      },
    );
    // A release that nobody awaits is no unhandled rejection.
    this.#over.catch(() => {});
    makeDisposable(this);
  }

  get released(): boolean {
    return this.#ask.isReleased;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): Promise<void> {
    this.#ask.isReleased = true;
    for (const lock of this.#ask.locks) lock.end();
    return this.#over;
  }

  get [Symbol.toStringTag](): string {
    return 'Lease';
  }
}

// (Not in the class: one that names itself is given another name by the build.)
function makeDisposable(lease: TabLease): void {
  // Looked for with each lease, because a program may define it after it has imported us.
  const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
  if (!(dispose in lease)) Object.defineProperty(TabLease.prototype, dispose, { value: release });
}

function release(this: Lease): Promise<void> {
  return this.release();
}
