import { Tally } from './tally.ts';

/** A critical section that detects violations of the rules. It costs the same for all subjects. */
export class Room {
  readonly #limit: number;
  readonly #tally: Tally;
  #inside = 0;
  #next = 0;

  /** @param limit - how many may be inside at a time */
  constructor(size: number, limit: number) {
    this.#limit = limit;
    this.#tally = new Tally(size);
  }

  /** Resolves when all have entered and left; rejects as soon as a rule is broken. */
  get empty(): Promise<void> {
    return this.#tally.all;
  }

  /** @param place - the place in the line: 0 is first */
  enter(place: number): void {
    if (++this.#inside > this.#limit) this.#tally.wrong(`${this.#inside} were inside at a time`);
    if (this.#next++ !== place) this.#tally.wrong('a task overtook an earlier one');
  }

  leave(): void {
    this.#inside--;
    this.#tally.count();
  }
}
