export {
  AbortError,
  type AsyncLockable,
  type GiveUpOptions,
  InvalidStateError,
  type Lease,
  LeaseLostError,
  type Locks,
  type LossReason,
  type PermitOptions,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { lead } from './lead.ts';
export { TabLocks, type TabLocksOptions } from './tab-locks.ts';
