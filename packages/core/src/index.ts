export type { Acquirable, AsyncLockable, Lockable } from './contract/acquirable.ts';
export type { Callback } from './contract/callback.ts';
export { AbortError, InvalidStateError, TimeoutError } from './contract/errors.ts';
export type { Guard, WriteGuard } from './contract/guard.ts';
export { type Lease, LeaseLostError, type LossReason } from './contract/lease.ts';
export type { Locks } from './contract/locks.ts';
export type { GiveUpOptions, NameOptions, PermitOptions, WaitOptions } from './contract/options.ts';
export type { Several } from './several/entrances.ts';
export { acquireAll, sandboxAll, tryAcquireAll } from './several/several.ts';
