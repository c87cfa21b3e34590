import type { Guard } from '@valvekit/core';

/** Where a hold takes its permits from, and gives them back. */
interface Permits {
  taken: number;
  /** Grants what the permits that came back make possible. */
  drain(): void;
}

/** The `Guard` of every lock. */
export class Hold implements Guard {
  readonly #line: Permits;
  #permits: number;
  declare [Symbol.dispose]: () => void;

  /** Takes the permits, which must be free. */
  constructor(line: Permits, permits: number) {
    line.taken += permits;
    this.#line = line;
    this.#permits = permits;
    // Compiled `using` looks for the second symbol where the runtime lacks the first. This is no member of the class,
    // because the program may define the symbol after it imported us.
    this[Symbol.dispose ?? Symbol.for('Symbol.dispose')] = this.release;
  }

  get released(): boolean {
    return !this.#permits;
  }

  /** Gives the permits back. A spent guard has none left to give. */
  release(): void {
    this.#line.taken -= this.#permits;
    this.#permits = 0;
    this.#line.drain();
  }

  // Vue's `reactive` and its like wrap what they take for a plain object, and private members do not work on a wrapper.
  get [Symbol.toStringTag](): string {
    return 'Guard';
  }
}
