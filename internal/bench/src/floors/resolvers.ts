import type { Subject } from '../subject.ts';

/** A promise with its resolvers in a list: the minimum to keep for a waiter. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  next: Waiter | undefined;
}

export const subject: Subject = {
  lock() {
    let isLocked = false;
    let last: Waiter | undefined;
    const enqueue = (resolve: () => void, reject: (reason: unknown) => void): void => {
      last = { resolve, reject, next: last };
    };
    return {
      lock() {
        if (isLocked) return new Promise<void>(enqueue);
        isLocked = true;
        return Promise.resolve();
      },
      unlock() {
        last?.resolve();
        last = last?.next;
      },
    };
  },
};
