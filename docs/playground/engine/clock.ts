/** A timer of a clock: `setTimeout` returns one while a clock is lent. */
class Timer {
  readonly clock: Clock;
  readonly at: number;
  readonly isStep: boolean;
  readonly fn: () => void;

  constructor(clock: Clock, at: number, isStep: boolean, fn: () => void) {
    this.clock = clock;
    this.at = at;
    this.isStep = isStep;
    this.fn = fn;
  }
}

/** Simulated time, in whole milliseconds, that passes only on request. */
export class Clock {
  #now = 0;
  // In the order in which they were set.
  readonly #timers = new Set<Timer>();

  /** How much time has passed. */
  get now(): number {
    return this.#now;
  }

  /** The time of the next timer. */
  get next(): number | undefined {
    return this.#first()?.at;
  }

  /** Calls `fn` after `delay` milliseconds. */
  set(delay: number, fn: () => void): Timer {
    return this.#add(new Timer(this, this.#now + Math.max(0, delay), false, fn));
  }

  /** Calls `fn` at a time, after all other timers of that time, so that a replayed step finds the same state as before. */
  setStep(at: number, fn: () => void): void {
    this.#add(new Timer(this, at, true, fn));
  }

  clear(timer: Timer): void {
    this.#timers.delete(timer);
  }

  /** Lets time pass, one timer after the other, each with all the promise reactions that it causes. */
  async passTo(time: number): Promise<void> {
    for (let timer = this.#first(); timer !== undefined && timer.at <= time; timer = this.#first()) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.fn();
      await atRest();
    }
    this.#now = Math.max(this.#now, time);
  }

  /** Runs `fn`, and puts the timers that it sets with `setTimeout` on this clock. */
  lend<R>(fn: () => R): R {
    learnToClear();
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((run: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
      this.set(delay, () => this.lend(() => run(...args)))) as unknown as typeof setTimeout;
    try {
      return fn();
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  }

  #add(timer: Timer): Timer {
    this.#timers.add(timer);
    return timer;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && first.isStep && !timer.isStep)) {
        first = timer;
      }
    }
    return first;
  }
}

// A timer of a clock can be cleared at any time, even when the clock is not lent.
let hasLearnt = false;
function learnToClear(): void {
  if (hasLearnt) return;
  hasLearnt = true;
  const { clearTimeout } = globalThis;
  globalThis.clearTimeout = ((timer: unknown) => {
    if (timer instanceof Timer) timer.clock.clear(timer);
    else clearTimeout(timer as number);
  }) as typeof clearTimeout;
}

/** Resolves when all pending promise reactions have run. */
function atRest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
