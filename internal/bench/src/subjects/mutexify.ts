import mutexify from 'mutexify';
import mutexifyPromise from 'mutexify/promise.js';
import type { Subject } from '../subject.ts';

export const subject: Subject = {
  lock: () => ({ lock: mutexifyPromise(), unlock: (release: () => void) => release() }),
  guard: () => subject.lock?.() as never,
  idleMutex: () => () => mutexify(),
};
