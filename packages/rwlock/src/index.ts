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
  type WriteGuard,
} from '@valvekit/core';
export type { UpgradableGuard } from './guards.ts';
export { createReadWriteLock, ReadWriteLock, type ReadWriteLockOptions } from './rwlock.ts';
