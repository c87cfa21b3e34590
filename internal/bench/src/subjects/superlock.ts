import { createLock, withLock } from 'superlock';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  lock: () => ({ lock: createLock(), unlock: (release: () => void) => release() }),
  guard: () => subject.lock?.() as never,
  sandbox: () => withLock() as never,
  semaphore: () => withLock(LIMIT) as never,
  abortable() {
    const lock = createLock();
    return { lock, unlock: (release: () => void) => release(), wait: (signal) => lock(signal) };
  },
  idleMutex: () => () => createLock(),
  idleSemaphore: () => () => createLock(LIMIT),
};
