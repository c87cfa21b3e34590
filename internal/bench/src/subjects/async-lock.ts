import AsyncLock from 'async-lock';
import type { Subject } from '../subject.ts';

const options = { maxPending: Number.POSITIVE_INFINITY };
const KEY = 'key';

export const subject: Subject = {
  sandbox() {
    const lock = new AsyncLock(options);
    return (fn) => lock.acquire(KEY, fn);
  },
  keyed() {
    const lock = new AsyncLock(options);
    return (key, fn) => lock.acquire(key, fn);
  },
  several() {
    const lock = new AsyncLock(options);
    return (fn) => lock.acquire(['a', 'b'], fn);
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
  usedKey() {
    const lock = new AsyncLock(options);
    return (key) => lock.acquire(key, ignore);
  },
};

function ignore(): void {}
