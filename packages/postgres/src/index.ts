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
export { connectionOf, type PostgresClient } from './clients/clients.ts';
export type { PostgresConnection } from './connection.ts';
export type { Transaction } from './fence.ts';
export { PostgresLocks } from './locks.ts';
export type { PostgresLocksOptions } from './options.ts';
