export { hasMethods, requireThat } from './arguments.ts';
export { background, type Timer } from './background.ts';
export type { FencedLease, Holder, LockState, RemoteLock, WriteLease } from './contract.ts';
export { Family } from './family.ts';
export { type Shown, show } from './fencing.ts';
export { type CloseOptions, type FamilyTerms, type LocksOptions, readLocksOptions } from './options.ts';
export { RemoteLocks } from './remote-locks.ts';
export type {
  Answer,
  Ask,
  Booked,
  Booking,
  Confirmation,
  Kind,
  LockId,
  Push,
  Reading,
  Request,
  Store,
  Verdict,
} from './store.ts';
export { failureOf, refusal, StoreError } from './store-error.ts';
export { answerOf, confirmationOf, micros, millis, pushOf } from './words.ts';
