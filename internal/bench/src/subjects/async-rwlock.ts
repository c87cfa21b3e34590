import { RWLock } from 'async-rwlock';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  readWrite() {
    const lock = new RWLock();
    return { read: () => lock.readLock(), write: () => lock.writeLock(), unlock: () => lock.unlock() };
  },
  idleReadWriteLock: () => () => new RWLock(),
};
