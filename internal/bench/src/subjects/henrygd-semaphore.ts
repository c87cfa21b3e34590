import { getSemaphore } from '@henrygd/semaphore';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const semaphore = getSemaphore();
    return { lock: () => semaphore.acquire(), unlock: () => semaphore.release() };
  },
  semaphore() {
    const semaphore = getSemaphore(undefined, LIMIT);
    return async (fn) => {
      await semaphore.acquire();
      try {
        return await fn();
      } finally {
        semaphore.release();
      }
    };
  },
  keyed: () => async (key, fn) => {
    const semaphore = getSemaphore(key);
    await semaphore.acquire();
    try {
      return await fn();
    } finally {
      semaphore.release();
    }
  },
  idleMutex: () => () => getSemaphore(),
  idleSemaphore: () => () => getSemaphore(undefined, LIMIT),
};
