import type { Subject } from '../subject.ts';

class Counter {
  #count = 0;

  v(): number {
    this.#count++;
    return this.#count;
  }

  p(): number {
    this.#count--;
    return this.#count;
  }
}

export const subject: Subject = {
  counter: () => new Counter(),
};
