import { contractLaws } from '../contract/contract-laws.ts';
import { abortLaws } from './abort.ts';
import { argumentLaws } from './argument.ts';
import { asyncContextLaws, callbackContextLaws } from './async-context.ts';
import { bareExclusionLaws, separationLaws } from './bare.ts';
import { callbackLaws } from './callback.ts';
import { callbackArgumentLaws } from './callback-argument.ts';
import { callbackErrorLaws } from './callback-errors.ts';
import { callbackTimeoutLaws } from './callback-timeout.ts';
import { cancelLaws, reasonLaws } from './cancel.ts';
import { callbackDepthLaws, depthLaws } from './depth.ts';
import { exclusionLaws } from './exclusion.ts';
import { callbackGarbageLaws, garbageLaws } from './garbage.ts';
import { givingUpLaws } from './giving-up.ts';
import { callbackGivingUpLaws } from './giving-up-callbacks.ts';
import { guardLaws } from './guard.ts';
import { hygieneLaws } from './hygiene.ts';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { callbackLookingLaws, lookingLaws } from './looking.ts';
import { callbackOrderLaws, orderLaws } from './order.ts';
import { priorityLaws } from './priority.ts';
import { sandboxLaws } from './sandbox.ts';
import { sandboxedThenableLaws } from './sandboxed-thenables.ts';
import { threadSubject } from './thread-subject.ts';
import { timeoutLaws } from './timeout.ts';
import { timerLaws } from './timer.ts';

/** All laws of the scoped layer: those of the contract, and what a lock of one thread promises beyond them. */
export function scopedLockLaws(name: string, make: () => ScopedLockUnderTest): void {
  contractLaws(name, threadSubject(make));
  if (!make().isShared) {
    exclusionLaws(name, make);
    orderLaws(name, make);
    if (!lacks(make(), 'priorities')) priorityLaws(name, make);
  }
  givingUpLaws(name, make);
  abortLaws(name, make);
  reasonLaws(name, make);
  cancelLaws(name, make);
  timeoutLaws(name, make);
  timerLaws(name, make);
  sandboxLaws(name, make);
  sandboxedThenableLaws(name, make);
  guardLaws(name, make);
  asyncContextLaws(name, make);
  hygieneLaws(name, make);
  garbageLaws(name, make);
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
  callbackErrorLaws(name, make);
  callbackContextLaws(name, make);
  separationLaws(name, make);
  callbackGarbageLaws(name, make);
  callbackDepthLaws(name, make);
  callbackArgumentLaws(name, make);
  callbackLookingLaws(name, make);
}
