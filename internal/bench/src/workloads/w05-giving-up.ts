import type { Lock } from '../subject.ts';
import { Tally } from '../tally.ts';
import { type Row, row } from '../workload.ts';

/** The order in which waiters give up: maps rank to place in the line, and place to rank, because sizes are even. */
const orders = {
  newest: (rank: number, size: number) => size - 1 - rank,
  middle: (rank: number, size: number) => (size / 2 + rank) % size,
  oldest: (rank: number) => rank,
};

type Order = keyof typeof orders;

// Created once, because creating an error with a stack for each abort would take longer than everything else.
const reason = new Error('aborted');

// Milliseconds. Short, because nothing is measured while they pass.
const TIMEOUTS = 10;

/** Checks how each wait ends: every waiter must give up. */
function outcomes(tally: Tally): [onGrant: (value: unknown) => void, onGiveUp: () => void] {
  const onGiveUp = (): void => tally.count();
  const onGrant = (value: unknown): void => {
    // Some packages resolve to null where others reject.
    if (value === null) tally.count();
    else tally.wrong('a waiter got the lock after giving up');
  };
  return [onGrant, onGiveUp];
}

/** Holds the lock while waiters give up; after that, a new request must get it. */
async function whileLocked({ lock, unlock }: Lock, fn: () => Promise<unknown>): Promise<unknown> {
  const hold = await lock();
  const uncounted = await fn();
  unlock(hold);
  unlock(await lock());
  return uncounted;
}

const shared = {
  floors: ['a doubly linked list'],
  sizes: [10_000, 100_000],
  per: 'waiter',
} as const;

const ownSignals = (order: Order): Row =>
  row({
    ...shared,
    id: `W5 signals, ${order} first`,
    title: `waiters abort, each with its own signal, ${order} first`,
    thing: 'abortable',
    prepare: (thing) => (size) =>
      whileLocked(thing, async () => {
        const tally = new Tally(size);
        const [onGrant, onGiveUp] = outcomes(tally);
        const controllers: AbortController[] = [];
        for (let place = 0; place < size; place++) {
          const controller = new AbortController();
          controllers.push(controller);
          thing.wait(controller.signal).then(onGrant, onGiveUp);
        }
        for (let rank = 0; rank < size; rank++) {
          (controllers[orders[order](rank, size)] as AbortController).abort(reason);
        }
        await tally.all;
      }),
  });

const sharedSignal: Row = row({
  ...shared,
  id: 'W5 one signal',
  title: 'waiters abort, all with the same signal',
  thing: 'abortable',
  prepare: (thing) => (size) =>
    whileLocked(thing, async () => {
      const tally = new Tally(size);
      const [onGrant, onGiveUp] = outcomes(tally);
      const controller = new AbortController();
      for (let place = 0; place < size; place++) {
        thing.wait(controller.signal).then(onGrant, onGiveUp);
      }
      controller.abort(reason);
      await tally.all;
    }),
});

const timeouts = (order: Order): Row =>
  row({
    ...shared,
    id: `W5 timeouts, ${order} first`,
    title: `waiters time out, ${order} first, not counting the time they wait`,
    thing: 'timed',
    prepare: (thing) => (size) =>
      whileLocked(thing, async () => {
        const tally = new Tally(size);
        const [onGrant, onGiveUp] = outcomes(tally);
        for (let place = 0; place < size; place++) {
          const ms = 1 + Math.floor((orders[order](place, size) * TIMEOUTS) / size);
          thing.wait(ms).then(onGrant, onGiveUp);
        }
        const uncounted = pass(TIMEOUTS + 1);
        await tally.all;
        return uncounted;
      }),
  });

/** Blocks for `ms` milliseconds, so that all timers are due. */
function pass(ms: number): number {
  const start = performance.now();
  while (performance.now() - start < ms);
  return performance.now() - start;
}

export const w5 = [
  ownSignals('newest'),
  ownSignals('middle'),
  ownSignals('oldest'),
  sharedSignal,
  timeouts('newest'),
  timeouts('middle'),
  timeouts('oldest'),
];
