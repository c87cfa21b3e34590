interface Timer {
  readonly due: number;
  readonly run: () => void;
}

// The runtime's timers turn longer delays into 1 ms.
const LONGEST = 2 ** 31 - 1;

/** Timers that fire only when the clock is advanced. */
export class FakeClock {
  readonly #timers = new Map<number, Timer>();
  #now = 0;
  #count = 0;

  get pending(): number {
    return this.#timers.size;
  }

  set(run: () => void, ms: number): number {
    this.#count++;
    this.#timers.set(this.#count, { due: this.#now + (ms > LONGEST ? 1 : ms), run });
    return this.#count;
  }

  clear(timer: number): void {
    this.#timers.delete(timer);
  }

  /** Fires the timers that become due, the earliest first. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.due <= end).sort(([, a], [, b]) => a.due - b.due);
      const [next] = due;
      if (next === undefined) break;
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#now = timer.due;
      timer.run();
    }
    this.#now = end;
  }
}
