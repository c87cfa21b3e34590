export { AbortError, InvalidStateError, LeaseLostError, TimeoutError } from '@valvekit/core';
export type {
  AsyncLockable,
  GiveUpOptions,
  Lease,
  Locks,
  LossReason,
  PermitOptions,
  WaitOptions,
} from '@valvekit/core';
export {
  type CloseOptions,
  type FencedLease,
  type Holder,
  type LocksOptions,
  type LockState,
  type RemoteLock,
  StoreError,
  type WriteLease,
} from '@valvekit/lease';
export type { RedisClient } from './clients/clients.ts';
export type { RedisConnection } from './connection.ts';
export { RedisLocks } from './locks.ts';
