import ReadWriteLock from 'rwlock';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  readWriteCallback() {
    const lock = new ReadWriteLock();
    return { read: (callback) => lock.readLock(callback), write: (callback) => lock.writeLock(callback) };
  },
  idleReadWriteLock: () => () => new ReadWriteLock(),
};
