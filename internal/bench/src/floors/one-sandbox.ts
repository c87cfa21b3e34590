import { Mutex } from 'valvekit';
import type { Subject } from '../subject.ts';

/** One of the two locks. */
export const subject: Subject = {
  several() {
    const mutex = new Mutex();
    return (fn) => mutex.sandbox(fn) as Promise<never>;
  },
};
