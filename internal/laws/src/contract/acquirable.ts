// What the laws use of the contract.
export {
  type Acquirable,
  type AsyncLockable,
  type GiveUpOptions,
  type Guard,
  type Lease,
  LeaseLostError,
  type PermitOptions,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
