import AwaitLock from 'await-lock';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const lock = new AwaitLock();
    return { lock: () => lock.acquireAsync(), unlock: () => lock.release() };
  },
  timed() {
    const lock = new AwaitLock();
    return {
      lock: () => lock.acquireAsync(),
      unlock: () => lock.release(),
      wait: (timeout) => lock.acquireAsync({ timeout }),
    };
  },
  trying() {
    const lock = new AwaitLock();
    return { tryLock: () => lock.tryAcquire(), unlock: () => lock.release() };
  },
  idleMutex: () => () => new AwaitLock(),
};
