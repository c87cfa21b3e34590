import * as valvekit from 'valvekit';
import { ASemaphore, Barrier, type Guard, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { LIMIT, type Subject } from '../subject.ts';

interface WithMap {
  map(items: readonly unknown[], fn: unknown): Promise<never[]>;
}

export const subject: Subject = {
  lock() {
    const mutex = new Mutex();
    return { lock: () => mutex.lock(), unlock: () => mutex.unlock() };
  },
  guard() {
    const mutex = new Mutex();
    return { lock: () => mutex.acquire(), unlock: (guard: Guard) => guard.release() };
  },
  sandbox() {
    const mutex = new Mutex();
    return (fn) => mutex.sandbox(fn) as Promise<never>;
  },
  semaphore() {
    const semaphore = new Semaphore(LIMIT);
    return (fn) => semaphore.sandbox(fn) as Promise<never>;
  },
  map() {
    const semaphore = new Semaphore(LIMIT);
    const { map } = valvekit as Partial<typeof valvekit>;
    // A method before version 1.0, which `--against` may measure.
    if (map === undefined) return (items, fn) => (semaphore as unknown as WithMap).map(items, fn);
    return (items, fn) => map(semaphore, items, fn) as Promise<never[]>;
  },
  abortable() {
    const mutex = new Mutex();
    return {
      lock: () => mutex.lock(),
      unlock: () => mutex.unlock(),
      wait: (signal) => mutex.lock({ signal }),
    };
  },
  timed() {
    const mutex = new Mutex();
    return {
      lock: () => mutex.lock(),
      unlock: () => mutex.unlock(),
      wait: (timeout) => mutex.lock({ timeout }),
    };
  },
  readWrite() {
    const lock = new ReadWriteLock();
    return { read: () => lock.readLock(), write: () => lock.writeLock(), unlock: () => lock.unlock() };
  },
  readWriteCallback() {
    const lock = new ReadWriteLock();
    const unlock = (): void => lock.unlock();
    return {
      read: (callback) => lock.readLock(() => callback(unlock)),
      write: (callback) => lock.writeLock(() => callback(unlock)),
    };
  },
  gate() {
    const barrier = new Barrier<number>(-1);
    return {
      wait: (ticket, onSet) => void barrier.wait(ticket).then(onSet),
      set: (ticket) => barrier.set(ticket),
    };
  },
  counter: () => new ASemaphore(),
  trying: () => new Mutex(),
  callback() {
    const mutex = new Mutex();
    return { lock: (callback) => mutex.lock(callback), unlock: () => mutex.unlock() };
  },
  keyed() {
    const locks = new valvekit.KeyedLocks();
    return (key, fn) => locks.mutex(key).sandbox(fn) as Promise<never>;
  },
  several() {
    const locks = [new Mutex(), new Mutex()];
    return (fn) => valvekit.sandboxAll(locks, fn) as Promise<never>;
  },
  priority() {
    const mutex = new Mutex();
    return (priority, fn) => mutex.sandbox(fn, { priority }) as Promise<never>;
  },
  idleMutex: () => () => new Mutex(),
  idleSemaphore: () => () => new Semaphore(LIMIT),
  idleReadWriteLock: () => () => new ReadWriteLock(),
  usedKey() {
    const locks = new valvekit.KeyedLocks();
    return (key) => locks.mutex(key).tryAcquire()?.release();
  },
  idleBarrier: () => () => new Barrier(0),
  idleASemaphore: () => () => new ASemaphore(),
};
