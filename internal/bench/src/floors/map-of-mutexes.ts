import { Mutex } from 'valvekit';
import type { Subject } from '../subject.ts';

/** Ten lines that many programs have, in a version that is right. */
export const subject: Subject = {
  keyed() {
    const mutexes = new Map<string, Mutex>();
    return async (key, fn) => {
      const mutex = mutexes.get(key) ?? new Mutex();
      mutexes.set(key, mutex);
      try {
        return await (mutex.sandbox(fn) as Promise<never>);
      } finally {
        if (!mutex.isLocked && mutexes.get(key) === mutex) mutexes.delete(key);
      }
    };
  },
};
