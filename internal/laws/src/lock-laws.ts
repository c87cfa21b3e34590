import { argumentLaws, callbackArgumentLaws } from './argument.ts';
import { asyncContextLaws, callbackLaws } from './callback.ts';
import { callbackDepthLaws, depthLaws } from './depth.ts';
import { bareExclusionLaws, exclusionLaws } from './exclusion.ts';
import { callbackGivingUpLaws, givingUpLaws } from './giving-up.ts';
import { callbackHygieneLaws, hygieneLaws } from './hygiene.ts';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { callbackLookingLaws, lookingLaws } from './looking.ts';
import { callbackOrderLaws, orderLaws } from './order.ts';
import { priorityLaws } from './priority.ts';
import { scopedLaws, separationLaws } from './scoped.ts';
import { callbackTimeoutLaws, timeoutLaws } from './timeout.ts';

/** All laws of the scoped layer. */
export function scopedLockLaws(name: string, make: () => ScopedLockUnderTest): void {
  if (!make().isShared) {
    exclusionLaws(name, make);
    orderLaws(name, make);
    if (!lacks(make(), 'priorities')) priorityLaws(name, make);
  }
  givingUpLaws(name, make);
  timeoutLaws(name, make);
  scopedLaws(name, make);
  asyncContextLaws(name, make);
  hygieneLaws(name, make);
  depthLaws(name, make);
  argumentLaws(name, make);
  lookingLaws(name, make);
}

/** All laws of a lock with both layers. */
export function lockLaws(name: string, make: () => LockUnderTest): void {
  scopedLockLaws(name, make);
  if (!make().isShared) {
    bareExclusionLaws(name, make);
    callbackOrderLaws(name, make);
  }
  callbackGivingUpLaws(name, make);
  callbackTimeoutLaws(name, make);
  callbackLaws(name, make);
  separationLaws(name, make);
  callbackHygieneLaws(name, make);
  callbackDepthLaws(name, make);
  callbackArgumentLaws(name, make);
  callbackLookingLaws(name, make);
}
