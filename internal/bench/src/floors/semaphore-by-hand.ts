import { LIMIT, type Run, type Subject } from '../subject.ts';

interface Waiter {
  readonly resolve: () => void;
  next: Waiter | undefined;
}

/** A limit on concurrency, written by hand: a list of resolve functions, and an async function around each call. */
function limited(limit: number): Run {
  let free = limit;
  let first: Waiter | undefined;
  let last: Waiter | undefined;

  const enqueue = (resolve: () => void): void => {
    const waiter: Waiter = { resolve, next: undefined };
    if (last === undefined) first = waiter;
    else last.next = waiter;
    last = waiter;
  };

  const release = (): void => {
    if (first === undefined) {
      free++;
      return;
    }
    const { resolve, next } = first;
    first = next;
    if (next === undefined) last = undefined;
    resolve();
  };

  return async (fn) => {
    if (free > 0) free--;
    else await new Promise<void>(enqueue);
    try {
      return await fn();
    } finally {
      release();
    }
  };
}

export const subject: Subject = {
  semaphore: () => limited(LIMIT),
  map() {
    const run = limited(LIMIT);
    return (items, fn) => Promise.all(items.map((item) => run(() => fn(item))));
  },
};
