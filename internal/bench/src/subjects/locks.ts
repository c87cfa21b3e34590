import locks from 'locks';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  readWriteCallback() {
    const lock = locks.createReadWriteLock();
    const unlock = (): void => lock.unlock();
    return {
      read: (callback) => lock.readLock(() => callback(unlock)),
      write: (callback) => lock.writeLock(() => callback(unlock)),
    };
  },
  gate() {
    const variable = locks.createCondVariable(-1);
    return { wait: (ticket, onSet) => variable.wait(ticket, onSet), set: (ticket) => variable.set(ticket) };
  },
  trying: () => locks.createMutex(),
  callback() {
    const mutex = locks.createMutex();
    return { lock: (callback) => mutex.lock(callback), unlock: () => mutex.unlock() };
  },
  idleMutex: () => () => locks.createMutex(),
  idleSemaphore: () => () => locks.createSemaphore(LIMIT),
  idleReadWriteLock: () => () => locks.createReadWriteLock(),
  idleBarrier: () => () => locks.createCondVariable(0),
};
