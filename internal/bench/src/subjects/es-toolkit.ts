import { Mutex, mapAsync, Semaphore } from 'es-toolkit';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock: () => mutex.release() };
  },
  semaphore() {
    const semaphore = new Semaphore(LIMIT);
    return async (fn) => {
      await semaphore.acquire();
      try {
        return await fn();
      } finally {
        semaphore.release();
      }
    };
  },
  map: () => (items, fn) => mapAsync(items, fn, { concurrency: LIMIT }),
  idleMutex: () => () => new Mutex(),
  idleSemaphore: () => () => new Semaphore(LIMIT),
};
