import type { Kind } from '../engine/story.ts';

/** A problem, and the primitive that solves it. */
export interface Problem {
  problem: string;
  /** The name of the class, and a typical call. */
  name: string;
  inShort: string;
  /** The page of its playground, and the folder of its package. */
  page: string;
  package: string;
  load(): Promise<Kind>;
}

export const problems: Problem[] = [
  {
    problem: 'Only one operation at a time',
    name: 'Mutex',
    inShort: 'await mutex.sandbox(fn)',
    page: 'mutex',
    package: 'mutex',
    load: async () => (await import('../stories/mutex.ts')).mutex,
  },
  {
    problem: 'At most three at a time',
    name: 'Semaphore',
    inShort: 'await semaphore.sandbox(fn)',
    page: 'semaphore',
    package: 'semaphore',
    load: async () => (await import('../stories/semaphore.ts')).semaphore,
  },
  {
    problem: 'A function for each item, two at a time',
    name: 'map and stream',
    inShort: 'await map(semaphore, items, fn)',
    page: 'map-and-stream',
    package: 'semaphore',
    load: async () => (await import('../stories/map-and-stream.ts')).mapAndStream,
  },
  {
    problem: 'Many readers, or one writer alone',
    name: 'ReadWriteLock',
    inShort: 'await lock.read.sandbox(fn)',
    page: 'read-write-lock',
    package: 'rwlock',
    load: async () => (await import('../stories/read-write-lock.ts')).readWriteLock,
  },
  {
    problem: 'One for each key, or several at once',
    name: 'KeyedLocks',
    inShort: 'await locks.mutex(id).sandbox(fn)',
    page: 'keyed-locks',
    package: 'keyed',
    load: async () => (await import('../stories/keyed-locks.ts')).keyedLocks,
  },
  {
    problem: 'Wait until it is ready',
    name: 'Barrier',
    inShort: "await barrier.wait('ready')",
    page: 'barrier',
    package: 'barrier',
    load: async () => (await import('../stories/barrier.ts')).barrier,
  },
  {
    problem: 'Wait until all are done',
    name: 'ASemaphore',
    inShort: 'await all.wait()',
    page: 'asemaphore',
    package: 'asemaphore',
    load: async () => (await import('../stories/asemaphore.ts')).asemaphore,
  },
  {
    problem: 'One worker among many machines',
    name: 'RedisLocks',
    inShort: "await redis.mutex('job').sandbox(fn)",
    page: 'leases',
    package: 'redis',
    load: async () => (await import('../stories/lease.ts')).lease,
  },
];
