import { Wrong } from './workload.ts';

/** Counts how many have finished, until all have. */
export class Tally {
  #left: number;
  #resolve!: () => void;
  #reject!: (error: Wrong) => void;

  /** Resolves when all have been counted; rejects as soon as a result is wrong. */
  readonly all: Promise<void> = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  constructor(size: number) {
    this.#left = size;
  }

  count(): void {
    if (--this.#left === 0) this.#resolve();
  }

  wrong(why: string): void {
    this.#reject(new Wrong(why));
  }
}
