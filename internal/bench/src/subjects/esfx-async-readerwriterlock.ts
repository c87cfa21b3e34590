import { AsyncReaderWriterLock, type LockHandle } from '@esfx/async-readerwriterlock';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  readWrite() {
    const lock = new AsyncReaderWriterLock();
    return {
      read: () => lock.read(),
      write: () => lock.write(),
      unlock: (handle: LockHandle) => handle.unlock(),
    };
  },
  idleReadWriteLock: () => () => new AsyncReaderWriterLock(),
};
