import type { Subject } from '../subject.ts';

class Flag {
  #isLocked = false;

  tryLock(): boolean {
    if (this.#isLocked) return false;
    this.#isLocked = true;
    return true;
  }

  unlock(): void {
    this.#isLocked = false;
  }
}

export const subject: Subject = {
  trying: () => new Flag(),
};
