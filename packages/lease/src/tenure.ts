import type { Lease, LeaseLostError } from '@valvekit/core';
import { type Loss, lossOf } from './loss.ts';

/** One caller's share of a hold: from its grant until it is released, handed over or lost. */
export class Tenure {
  readonly token: number;
  /** When it ends even if it could be renewed, by the local clock. */
  readonly limit: number;
  readonly #name: string;
  #controller: AbortController | undefined = undefined;
  #error: LeaseLostError | undefined = undefined;
  #isOver = false;

  constructor(name: string, token: number, limit: number) {
    this.#name = name;
    this.token = token;
    this.limit = limit;
  }

  get signal(): Lease['signal'] {
    // Most callers never ask for it.
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#error !== undefined) this.#controller.abort(this.#error);
    }
    return this.#controller.signal;
  }

  /** Why it was lost, if it was. */
  get error(): LeaseLostError | undefined {
    return this.#error;
  }

  /** Whether the hold itself is gone. After `close()` it is kept until it is released. */
  get isLost(): boolean {
    return this.#error !== undefined && this.#error.why !== 'closed';
  }

  lose(why: Loss): void {
    if (this.#isOver || this.isLost) return;
    const error = lossOf(this.#name, why, this.token);
    const isFirst = this.#error === undefined;
    this.#error = error;
    if (isFirst) this.#controller?.abort(error);
  }

  /** What happens to the hold later is no longer a loss. */
  end(): void {
    this.#isOver = true;
  }
}
