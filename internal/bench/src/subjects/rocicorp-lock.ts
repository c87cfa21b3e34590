import { Lock, RWLock } from '@rocicorp/lock';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  lock() {
    const lock = new Lock();
    return { lock: () => lock.lock(), unlock: (release: () => void) => release() };
  },
  guard: () => subject.lock?.() as never,
  sandbox() {
    const lock = new Lock();
    return (fn) => lock.withLock(fn as () => never);
  },
  readWrite() {
    const lock = new RWLock();
    return { read: () => lock.read(), write: () => lock.write(), unlock: (release: () => void) => release() };
  },
  idleMutex: () => () => new Lock(),
  idleReadWriteLock: () => () => new RWLock(),
};
