import Mutex from 'p-mutex';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const mutex = new Mutex();
    return { lock: () => mutex.lock(), unlock: () => mutex.unlock() };
  },
  sandbox() {
    const mutex = new Mutex();
    return (fn) => mutex.withLock(fn as () => never);
  },
  idleMutex: () => () => new Mutex(),
};
