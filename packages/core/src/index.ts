export type { Acquirable, AsyncLockable, Lockable } from './contract/acquirable.ts';
export type { Callback } from './contract/callback.ts';
export { AbortError, InvalidStateError, TimeoutError } from './contract/errors.ts';
export type { Guard } from './contract/guard.ts';
export { type Lease, LeaseLostError, type LossReason } from './contract/lease.ts';
export type { Locks } from './contract/locks.ts';
export type { GiveUpOptions, NameOptions, PermitOptions, WaitOptions } from './contract/options.ts';
export { map } from './map/map.ts';
export { type StreamOptions, stream } from './map/stream.ts';
