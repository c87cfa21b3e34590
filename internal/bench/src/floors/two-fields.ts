import type { Subject } from '../subject.ts';

class TwoFields {
  isLocked = false;
  waiters: unknown = undefined;
}

const make = (): TwoFields => new TwoFields();

export const subject: Subject = {
  idleMutex: () => make,
  idleSemaphore: () => make,
  idleReadWriteLock: () => make,
  idleBarrier: () => make,
  idleASemaphore: () => make,
};
