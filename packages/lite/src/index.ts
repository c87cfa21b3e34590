export {
  AbortError,
  type GiveUpOptions,
  type Guard,
  type Lockable,
  TimeoutError,
} from '@valvekit/core';
export { Mutex } from './mutex.ts';
export { ReadWriteLock } from './read-write-lock.ts';
export { type PermitOptions, Semaphore } from './semaphore.ts';
