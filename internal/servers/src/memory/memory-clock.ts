/** A clock that moves only when told to. */
export class MemoryClock {
  #now = 1_700_000_000_000;

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Back, if negative. */
  advance(ms: number): void {
    this.#now += ms;
  }
}
