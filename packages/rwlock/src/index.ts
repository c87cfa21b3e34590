export {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export type { UpgradableGuard, WriteGuard } from './guards.ts';
export { createReadWriteLock, ReadWriteLock, type ReadWriteLockOptions } from './rwlock.ts';
