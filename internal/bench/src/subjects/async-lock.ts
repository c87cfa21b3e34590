import AsyncLock from 'async-lock';
import type { Subject } from '../subject.ts';

const options = { maxPending: Number.POSITIVE_INFINITY };
const KEY = 'key';

export const subject: Subject = {
  sandbox() {
    const lock = new AsyncLock(options);
    return (fn) => lock.acquire(KEY, fn);
  },
  timed() {
    const lock = new AsyncLock(options);
    return {
      lock: () => new Promise((resolve) => lock.acquire(KEY, (done) => resolve(done), ignore)),
      unlock: (done: () => void) => done(),
      wait: (timeout) => lock.acquire(KEY, ignore, { timeout }),
    };
  },
  idleMutex: () => () => new AsyncLock(options),
};

function ignore(): void {}
