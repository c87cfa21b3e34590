import valvekit from 'valvekit-0.2';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  sandbox() {
    const semaphore = valvekit.createSemaphore(1);
    return (fn) => semaphore.sandbox(fn);
  },
  semaphore() {
    const semaphore = valvekit.createSemaphore(LIMIT);
    return (fn) => semaphore.sandbox(fn);
  },
  readWriteCallback() {
    const lock = valvekit.createLock();
    const unlock = (): void => lock.unlock();
    return {
      read: (callback) => lock.readLock(() => callback(unlock)),
      write: (callback) => lock.writeLock(() => callback(unlock)),
    };
  },
  gate() {
    const barrier = valvekit.createBarrier(-1);
    return { wait: (ticket, onSet) => barrier.wait(ticket, onSet), set: (ticket) => barrier.set(ticket) };
  },
  trying: () => valvekit.createMutex(),
  callback() {
    const mutex = valvekit.createMutex();
    return { lock: (callback) => mutex.lock(callback), unlock: () => mutex.unlock() };
  },
  idleMutex: () => () => valvekit.createMutex(),
  idleSemaphore: () => () => valvekit.createSemaphore(LIMIT),
  idleReadWriteLock: () => () => valvekit.createLock(),
  idleBarrier: () => () => valvekit.createBarrier(0),
};
