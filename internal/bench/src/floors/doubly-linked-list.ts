import type { Lock, Subject } from '../subject.ts';

/** A member of a ring, which it can leave without a search. */
class Link {
  previous: Link = this;
  next: Link = this;

  join(ring: Link): void {
    this.previous = ring.previous;
    this.next = ring;
    this.previous.next = this;
    ring.previous = this;
  }

  leave(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.previous = this;
    this.next = this;
  }
}

class Waiter extends Link {
  readonly grant: () => void;

  constructor(grant: () => void) {
    super();
    this.grant = grant;
  }
}

/** The minimum of a lock whose waiters can give up: each has its own listener or timer, and leaves by itself. */
class DoublyLinkedList implements Lock {
  #isLocked = false;
  readonly #ring = new Link();

  async lock(): Promise<void> {
    if (this.#isLocked) await new Promise<void>((resolve) => new Waiter(resolve).join(this.#ring));
    this.#isLocked = true;
  }

  unlock(): void {
    const first = this.#ring.next;
    if (first instanceof Waiter) {
      first.leave();
      first.grant();
    } else {
      this.#isLocked = false;
    }
  }

  waitUnless(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(() => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      });
      const giveUp = (): void => {
        waiter.leave();
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiter.join(this.#ring);
    });
  }

  waitAtMost(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(() => {
        clearTimeout(timer);
        resolve();
      });
      const giveUp = (): void => {
        waiter.leave();
        reject(new Error(`timed out after ${ms} ms`));
      };
      const timer = setTimeout(giveUp, ms);
      waiter.join(this.#ring);
    });
  }
}

export const subject: Subject = {
  abortable() {
    const list = new DoublyLinkedList();
    return { lock: () => list.lock(), unlock: () => list.unlock(), wait: (signal) => list.waitUnless(signal) };
  },
  timed() {
    const list = new DoublyLinkedList();
    return { lock: () => list.lock(), unlock: () => list.unlock(), wait: (ms) => list.waitAtMost(ms) };
  },
};
