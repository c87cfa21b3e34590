import { Mutex, Semaphore, withTimeout } from 'async-mutex';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock: (release: () => void) => release() };
  },
  guard: () => subject.lock?.() as never,
  sandbox() {
    const mutex = new Mutex();
    return (fn) => mutex.runExclusive(fn as () => never);
  },
  semaphore() {
    const semaphore = new Semaphore(LIMIT);
    return (fn) => semaphore.runExclusive(fn as () => never);
  },
  timed() {
    const mutex = new Mutex();
    // One decorator per timeout, as a user would write it.
    const decorated = new Map<number, Mutex>();
    const within = (ms: number): Mutex => {
      const mutexWithin = decorated.get(ms) ?? withTimeout(mutex, ms);
      decorated.set(ms, mutexWithin as Mutex);
      return mutexWithin as Mutex;
    };
    return {
      lock: () => mutex.acquire(),
      unlock: (release: () => void) => release(),
      wait: (ms) => within(ms).acquire(),
    };
  },
  priority() {
    const mutex = new Mutex();
    return (priority, fn) => mutex.runExclusive(fn as () => never, priority);
  },
  idleMutex: () => () => new Mutex(),
  idleSemaphore: () => () => new Semaphore(LIMIT),
};
