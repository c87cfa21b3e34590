import { heapInUse } from '../heap.ts';
import type { Lock, Things } from '../subject.ts';
import { type Row, row } from '../workload.ts';

// Longer than any measurement.
const MINUTES = 600_000;

/** Bytes for each of `size` things that are created and kept. */
async function bytesEach(size: number, make: (place: number) => unknown): Promise<number> {
  const kept: unknown[] = Array.from({ length: size });
  const before = await heapInUse();
  for (let place = 0; place < size; place++) kept[place] = make(place);
  const after = await heapInUse();
  // What the runtime itself keeps in the meantime is less than a byte per thing.
  return Math.round((after - before) / kept.length);
}

// Some packages keep the line in the hold: without a reference to it, the waiters would be collected.
const alive: unknown[] = [];

/** The same for waiters of a lock. */
async function bytesEachWaiter(thing: Lock, size: number, wait: (place: number) => unknown): Promise<number> {
  alive.push(thing, await thing.lock());
  return bytesEach(size, wait);
}

const shared = { sizes: [100_000], isRepetition: true, unit: 'bytes' } as const;

type Idle = Extract<keyof Things, `idle${string}`>;

const idle = (thing: Idle, what: string): Row =>
  row({
    ...shared,
    id: `M ${what}`,
    title: `heap bytes of an unused ${what}`,
    thing,
    floors: ['a class with two fields'],
    per: what,
    prepare: (make) => (size) => bytesEach(size, make),
  });

export const m = [
  idle('idleMutex', 'Mutex'),
  idle('idleSemaphore', 'Semaphore'),
  idle('idleReadWriteLock', 'ReadWriteLock'),
  idle('idleBarrier', 'Barrier'),
  idle('idleASemaphore', 'ASemaphore'),
  row({
    ...shared,
    id: 'M used key',
    title: 'heap bytes of a key whose lock was used once',
    thing: 'usedKey',
    per: 'key',
    prepare: (use) => (size) => bytesEach(size, (place) => void use(`key ${place}`)),
  }),
  row({
    ...shared,
    id: 'M waiter',
    title: 'heap bytes of a waiter',
    thing: 'lock',
    floors: ['a promise with its resolvers'],
    per: 'waiter',
    prepare: (thing) => (size) => bytesEachWaiter(thing, size, () => thing.lock()),
  }),
  row({
    ...shared,
    id: 'M waiter with a signal',
    title: 'heap bytes of a waiter with a signal of its own, not counting the signal',
    thing: 'abortable',
    floors: ['a doubly linked list'],
    per: 'waiter',
    prepare(thing, size) {
      const controllers = Array.from({ length: size }, () => new AbortController());
      const wait = (place: number): unknown => thing.wait((controllers[place] as AbortController).signal);
      return () => bytesEachWaiter(thing, size, wait);
    },
  }),
  row({
    ...shared,
    id: 'M waiter with a timeout',
    title: 'heap bytes of a waiter with a timeout, including its timer',
    thing: 'timed',
    floors: ['a doubly linked list'],
    per: 'waiter',
    prepare: (thing) => (size) => bytesEachWaiter(thing, size, () => thing.wait(MINUTES)),
  }),
  row({
    ...shared,
    id: 'M queued callback',
    title: 'heap bytes of a waiting callback, not counting the function',
    thing: 'callback',
    floors: ['an array of functions'],
    per: 'callback',
    prepare: (thing) => (size) => {
      const callback = (hold?: unknown): unknown => alive.push(thing, hold);
      thing.lock(callback);
      return bytesEach(size, () => thing.lock(callback));
    },
  }),
];
