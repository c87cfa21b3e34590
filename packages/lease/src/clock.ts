// How far the two clocks may drift apart before one of them must have been set, or have slept.
const TOLERANCE = 1000;

/**
 * Measures durations, in milliseconds. It goes by the faster of two clocks: the monotonic one stops while a laptop
 * sleeps, and the wall clock can be set back. So a lease is never taken for longer than it is.
 */
export class LocalClock {
  #monotonic = 0;
  #wall = 0;
  #last = 0;

  constructor() {
    this.#align(0);
  }

  now(): number {
    const monotonic = performance.now() - this.#monotonic;
    const wall = Date.now() - this.#wall;
    this.#last = Math.max(monotonic, wall, this.#last);
    // Otherwise the clock that fell behind could never be the faster one again.
    if (Math.abs(monotonic - wall) > TOLERANCE) this.#align(this.#last);
    return this.#last;
  }

  #align(now: number): void {
    this.#monotonic = performance.now() - now;
    this.#wall = Date.now() - now;
  }
}
