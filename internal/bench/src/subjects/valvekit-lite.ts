import { type Guard, Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import { LIMIT, type Subject } from '../subject.ts';

const unlock = (guard: Guard): void => guard.release();

export const subject: Subject = {
  lock: () => subject.guard?.() as never,
  guard() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock };
  },
  sandbox() {
    const mutex = new Mutex();
    return (fn) => mutex.sandbox(fn) as Promise<never>;
  },
  semaphore() {
    const semaphore = new Semaphore(LIMIT);
    return (fn) => semaphore.sandbox(fn) as Promise<never>;
  },
  abortable() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock, wait: (signal) => mutex.acquire({ signal }) };
  },
  timed() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock, wait: (timeout) => mutex.acquire({ timeout }) };
  },
  readWrite() {
    const lock = new ReadWriteLock();
    return { read: () => lock.read.acquire(), write: () => lock.write.acquire(), unlock };
  },
  idleMutex: () => () => new Mutex(),
  idleSemaphore: () => () => new Semaphore(LIMIT),
  idleReadWriteLock: () => () => new ReadWriteLock(),
};
