/** A timer of a clock: `setTimeout` returns one while a clock is in charge. */
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

// More promise reactions than anything in a story causes one after the other.
const REACTIONS = 1000;

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
    return this.#add(new Timer(this, this.#now + Math.max(0, Math.ceil(delay)), false, fn));
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
      await this.run(timer.fn);
    }
    this.#now = Math.max(this.#now, time);
  }

  /**
   * Calls `fn`, and waits for all reactions. Meanwhile timers and times of the page are those of this clock. Nothing else
   * can get in: reactions run before the page does anything else.
   */
  async run(fn: () => void): Promise<void> {
    const giveBack = this.#takeCharge();
    try {
      fn();
      for (let count = 0; count < REACTIONS; count++) await Promise.resolve();
    } finally {
      giveBack();
    }
  }

  #takeCharge(): () => void {
    learnToClear();
    const { setTimeout } = globalThis;
    const { now } = Date;
    globalThis.setTimeout = ((fn: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
      this.set(delay, () => fn(...args))) as unknown as typeof setTimeout;
    Date.now = () => this.#now;
    performance.now = () => this.#now;
    return () => {
      globalThis.setTimeout = setTimeout;
      Date.now = now;
      // The own property hides the method that all performance objects share.
      Reflect.deleteProperty(performance, 'now');
    };
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

// A timer of a clock can be cleared at any time, even when the clock is not in charge.
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
