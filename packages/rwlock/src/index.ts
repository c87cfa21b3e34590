export {
  AbortError,
  type Callback,
  type GiveUpOptions,
  type Guard,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export type { UpgradableGuard, WriteGuard } from './guards.ts';
export { createReadWriteLock, ReadWriteLock, type ReadWriteLockOptions } from './rwlock.ts';
