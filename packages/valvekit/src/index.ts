export { ASemaphore, type ASemaphoreArguments, createASemaphore, type Fire } from '@valvekit/asemaphore';
export {
  Barrier,
  type BarrierArguments,
  type BarrierCallback,
  type Condition,
  createBarrier,
  type Scalar,
} from '@valvekit/barrier';
export * from '@valvekit/core';
export { type KeyedLock, KeyedLocks } from '@valvekit/keyed';
export { createMutex, Mutex } from '@valvekit/mutex';
export {
  createReadWriteLock,
  // The names of version 0.2.
  createReadWriteLock as createLock,
  ReadWriteLock,
  ReadWriteLock as Lock,
  type ReadWriteLockOptions,
  type UpgradableGuard,
} from '@valvekit/rwlock';
export { createSemaphore, Semaphore } from '@valvekit/semaphore';
