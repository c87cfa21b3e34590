import type { Lock, Subject } from '../subject.ts';

interface Waiter {
  readonly resolve: () => void;
  next: Waiter | undefined;
}

const settled = Promise.resolve();

/** The minimum of a fair lock: a list of resolve functions, with direct hand-over. Waiters cannot give up. */
class LinkedList {
  #isLocked = false;
  #first: Waiter | undefined;
  #last: Waiter | undefined;

  // Created once per lock, not once per wait.
  readonly #enqueue = (resolve: () => void): void => {
    const waiter: Waiter = { resolve, next: undefined };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
  };

  lock(): Promise<void> {
    if (this.#isLocked) return new Promise(this.#enqueue);
    this.#isLocked = true;
    return settled;
  }

  unlock(): void {
    const first = this.#first;
    if (first === undefined) {
      this.#isLocked = false;
      return;
    }
    this.#first = first.next;
    if (first.next === undefined) this.#last = undefined;
    first.resolve();
  }
}

function make(): Lock {
  const list = new LinkedList();
  return { lock: () => list.lock(), unlock: () => list.unlock() };
}

export const subject: Subject = {
  lock: make,
  // One at a time, reader or writer.
  readWrite() {
    const { lock, unlock } = make();
    return { read: lock, write: lock, unlock };
  },
};
