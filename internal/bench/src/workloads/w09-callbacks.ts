import { AsyncLocalStorage } from 'node:async_hooks';
import type { Things } from '../subject.ts';
import { Tally } from '../tally.ts';
import { mustHold, row, type Work } from '../workload.ts';

/** The lock is held, `size` callbacks queue, and an unlock from outside grants the lock to each of them. */
function queued({ lock, unlock }: Things['callback']): Work {
  return (size) => {
    const tally = new Tally(size);
    const callback = (): void => tally.count();
    lock(() => undefined);
    for (let place = 0; place < size; place++) lock(callback);
    for (let unlocks = 0; unlocks <= size; unlocks++) unlock();
    return tally.all;
  };
}

const storage = new AsyncLocalStorage<number>();

/** The same, called with something in an `AsyncLocalStorage`, as in a server that knows the request everywhere. */
function queuedInContext(lock: Things['callback']): Work {
  const work = queued(lock);
  return (size) => storage.run(size, () => work(size));
}

/** Callbacks queue, but each one unlocks for the next one. */
function chained({ lock, unlock }: Things['callback']): Work {
  return async (size) => {
    const tally = new Tally(size);
    const callback = (hold?: unknown): void => {
      tally.count();
      unlock(hold);
    };
    let first: unknown;
    lock((hold) => {
      first = hold;
    });
    for (let place = 0; place < size; place++) lock(callback);
    unlock(first);
    await tally.all;
  };
}

/** Callbacks run one at a time, in the order they came. */
async function inOrder({ lock, unlock }: Things['callback']): Promise<void> {
  const places = Array.from({ length: 100 }, (_, place) => place);
  const entered: number[] = [];
  let isHeld = false;
  let overlaps = 0;
  const enter = (): void => {
    if (isHeld) overlaps++;
    isHeld = true;
  };
  await new Promise<void>((resolve) => {
    const task = (place: number) => (hold?: unknown) => {
      enter();
      entered.push(place);
      isHeld = false;
      if (place === places.length - 1) resolve();
      unlock(hold);
    };
    lock((hold) => {
      enter();
      for (const place of places) lock(task(place));
      isHeld = false;
      unlock(hold);
    });
  });
  mustHold(overlaps === 0, 'a callback ran while another held the lock');
  mustHold(entered.join() === places.join(), 'a callback overtook another');
}

export const w9 = [
  row({
    id: 'W9 tryLock',
    title: 'tryLock(), unlock()',
    thing: 'trying',
    floors: ['a boolean'],
    sizes: [1_000_000],
    isRepetition: true,
    per: 'pair',
    prepare: (lock) => async (size) => {
      let locked = 0;
      for (let i = 0; i < size; i++) {
        if (lock.tryLock()) locked++;
        lock.unlock();
      }
      mustHold(locked === size, `it locked ${locked} of ${size} times`);
    },
    async check(lock) {
      mustHold(lock.tryLock() && !lock.tryLock(), 'it was locked twice');
    },
  }),
  row({
    id: 'W9 lock(callback)',
    title: 'lock(callback) on a free lock; the callback unlocks',
    thing: 'callback',
    floors: ['a function call'],
    sizes: [1_000_000],
    isRepetition: true,
    per: 'call',
    prepare: ({ lock, unlock }) => {
      let calls = 0;
      const callback = (hold?: unknown): void => {
        calls++;
        unlock(hold);
      };
      return async (size) => {
        calls = 0;
        for (let i = 0; i < size; i++) lock(callback);
        mustHold(calls === size, `${calls} of ${size} callbacks ran immediately`);
      };
    },
    check: inOrder,
  }),
  row({
    id: 'W9 queued callbacks',
    title: 'callbacks queue, and acquire the lock one after the other',
    thing: 'callback',
    floors: ['an array of functions'],
    sizes: [10_000],
    per: 'callback',
    prepare: queued,
    check: inOrder,
  }),
  row({
    id: 'W9 callbacks in a context',
    title: 'the same, called inside an AsyncLocalStorage',
    thing: 'callback',
    sizes: [10_000],
    per: 'callback',
    prepare: queuedInContext,
    check: inOrder,
  }),
  row({
    id: 'W9 chained callbacks',
    title: 'callbacks queue, and each one unlocks for the next',
    thing: 'callback',
    sizes: [10_000, 1_000_000],
    per: 'callback',
    prepare: chained,
    check: inOrder,
  }),
];
