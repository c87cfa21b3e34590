import { Sema } from 'async-sema';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const sema = new Sema(1);
    return { lock: () => sema.acquire(), unlock: () => sema.release() };
  },
  semaphore() {
    const sema = new Sema(LIMIT);
    return async (fn) => {
      await sema.acquire();
      try {
        return await fn();
      } finally {
        sema.release();
      }
    };
  },
  trying() {
    const sema = new Sema(1);
    return { tryLock: () => sema.tryAcquire() !== undefined, unlock: () => sema.release() };
  },
  idleMutex: () => () => new Sema(1),
  idleSemaphore: () => () => new Sema(LIMIT),
};
