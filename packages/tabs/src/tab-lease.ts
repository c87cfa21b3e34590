import { type Lease, LeaseLostError } from '@valvekit/core';
import type { Ask, TabLine } from './tab-line.ts';

export interface TabLease extends Lease {}

/** The lease that a caller gets: of one lock of the browser, or of several permits. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first lease is made
export class TabLease {
  readonly #line: TabLine;
  readonly #ask: Ask;
  #controller: AbortController | undefined = undefined;
  #error: LeaseLostError | undefined = undefined;
  #end: Promise<void> | undefined = undefined;

  constructor(line: TabLine, ask: Ask) {
    this.#line = line;
    this.#ask = ask;
    for (const lock of ask.locks) lock.onTheft = () => this.#lose();
    // Looked for with each lease, because a program may define it after it has imported us.
    const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
    if (!(dispose in this)) Object.defineProperty(TabLease.prototype, dispose, { value: release });
  }

  get released(): boolean {
    return this.#end !== undefined;
  }

  get signal(): AbortSignal {
    // Most callers never ask for it.
    this.#controller ??= new AbortController();
    if (this.#error !== undefined) this.#controller.abort(this.#error);
    return this.#controller.signal;
  }

  release(): Promise<void> {
    if (this.#end === undefined) {
      this.#end = this.#release();
      // A release that nobody awaits is no unhandled rejection.
      this.#end.catch(() => {});
    }
    return this.#end;
  }

  get [Symbol.toStringTag](): string {
    return 'Lease';
  }

  async #release(): Promise<void> {
    const ends = Promise.all(this.#ask.locks.map((lock) => lock.release()));
    try {
      await ends;
    } catch {
      throw this.#error ?? this.#stolen();
    } finally {
      // Until now the browser would have answered that it is not free.
      if (this.#error === undefined) this.#line.leave(this.#ask.permits);
    }
  }

  #lose(): void {
    if (this.released || this.#error !== undefined) return;
    this.#error = this.#stolen();
    this.#line.leave(this.#ask.permits);
    this.#controller?.abort(this.#error);
  }

  #stolen(): LeaseLostError {
    return new LeaseLostError(this.#line.name, 'stolen', 'another script took it');
  }
}

function release(this: Lease): Promise<void> {
  return this.release();
}
