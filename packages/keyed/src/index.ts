export {
  AbortError,
  acquireAll,
  type GiveUpOptions,
  type Guard,
  InvalidStateError,
  type Lockable,
  type Locks,
  type NameOptions,
  type PermitOptions,
  type Several,
  sandboxAll,
  TimeoutError,
  tryAcquireAll,
  type WaitOptions,
  type WriteGuard,
} from '@valvekit/core';
export { KeyedLocks } from './keyed-locks.ts';
export type { KeyedLock } from './view.ts';
