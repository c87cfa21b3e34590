import { type Watchable, watch } from '@valvekit/inspect';
import { type Guard, Mutex, Semaphore } from 'valvekit';
import { LIMIT, type Subject } from '../subject.ts';

function watched<Lock extends Watchable>(lock: Lock): Lock {
  watch(lock);
  return lock;
}

/** What it costs to look. */
export const subject: Subject = {
  lock() {
    const mutex = watched(new Mutex());
    return { lock: () => mutex.lock(), unlock: () => mutex.unlock() };
  },
  guard() {
    const mutex = watched(new Mutex());
    return { lock: () => mutex.acquire(), unlock: (guard: Guard) => guard.release() };
  },
  sandbox() {
    const mutex = watched(new Mutex());
    return (fn) => mutex.sandbox(fn) as Promise<never>;
  },
  semaphore() {
    const semaphore = watched(new Semaphore(LIMIT));
    return (fn) => semaphore.sandbox(fn) as Promise<never>;
  },
};
