import semaphore from 'semaphore';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  callback() {
    const lock = semaphore(1);
    return { lock: (callback) => lock.take(callback), unlock: () => lock.leave() };
  },
  idleMutex: () => () => semaphore(1),
  idleSemaphore: () => () => semaphore(LIMIT),
};
