export { ASemaphore, createASemaphore, type Fire } from '@valvekit/asemaphore';
export { Barrier, type BarrierCallback, type Condition, createBarrier } from '@valvekit/barrier';
export {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  TimeoutError,
  type WaitOptions,
  WaiterQueue,
} from '@valvekit/core';
export { createMutex, Mutex } from '@valvekit/mutex';
export {
  createReadWriteLock,
  // The names of version 0.2.
  createReadWriteLock as createLock,
  ReadWriteLock,
  ReadWriteLock as Lock,
  type ReadWriteLockOptions,
  type UpgradableGuard,
  type WriteGuard,
} from '@valvekit/rwlock';
export { createSemaphore, type PermitOptions, Semaphore } from '@valvekit/semaphore';
