import { AsyncMutex } from '@esfx/async-mutex';
import type { Subject } from '../subject.ts';

// Its waits can be ended only by a Cancelable of the same family, not by an AbortSignal.
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
