/** Timers of at least this many milliseconds wait for the test. */
const LONG = 100_000;

interface Timer {
  readonly at: number;
  run(): void;
}

/**
 * Gives the long timers of the process into the hands of the test. Shorter ones run by themselves: clients need them, and
 * a law does not depend on when they do.
 */
export class LongTimers {
  #now = 0;
  readonly #timers = new Map<object, Timer>();
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor() {
    const { setTimeout, clearTimeout } = this.#real;
    const set = (run: (...args: never[]) => void, ms = 0, ...args: never[]): unknown => {
      if (ms < LONG) return setTimeout(run, ms, ...args);
      const timer = { unref() {}, ref() {} };
      this.#timers.set(timer, { at: this.#now + ms, run: () => run(...args) });
      return timer;
    };
    const clear = (timer: NodeJS.Timeout): void => {
      if (!this.#timers.delete(timer)) clearTimeout(timer);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  get size(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [timer, { at, run }] of Array.from(this.#timers)) {
      // One may clear another.
      if (at <= this.#now && this.#timers.delete(timer)) run();
    }
  }

  restore(): void {
    Object.assign(globalThis, this.#real);
  }
}
