import { AsyncMutex } from '@esfx/async-mutex';
import type { Subject } from '../subject.ts';

// Its waits end by a Cancelable of its own family, which an AbortSignal isn't.
export const subject: Subject = {
  lock() {
    const mutex = new AsyncMutex();
    return { lock: () => mutex.lock(), unlock: () => void mutex.unlock() };
  },
  trying() {
    const mutex = new AsyncMutex();
    return { tryLock: () => mutex.tryLock(), unlock: () => void mutex.unlock() };
  },
  idleMutex: () => () => new AsyncMutex(),
};
