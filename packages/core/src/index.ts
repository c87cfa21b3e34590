// For users of the primitives.
export type { Callback } from './callback.ts';
export { AbortError, InvalidStateError, TimeoutError } from './errors.ts';
export type { Guard } from './guard.ts';
export type { Lockable } from './lockable.ts';
export type { WaitOptions } from './options.ts';

// For authors of primitives.
export { mustBe, requireCount, requireFunction } from './arguments.ts';
export { bothForms, granted, promiseForm, type ValueCallback } from './callback.ts';
export { DeferredWaiter } from './deferred-waiter.ts';
export { deliver, withoutDelivery } from './delivery.ts';
export { Hold } from './guard.ts';
export { type Inspect, inspection, view } from './inspection.ts';
export { timeoutError } from './limits.ts';
export type { Grant, Line } from './line.ts';
export { append, isAlone, Link, unlink } from './link.ts';
export { acquire, type GuardOf, sandbox } from './lockable.ts';
export { readWaitOptions, type Terms } from './options.ts';
export { report } from './report.ts';
export { adopt, react } from './thenable.ts';
export { PromiseWaiter, Waiter } from './waiter.ts';
export { type Admit, type GiveBack, WaiterQueue } from './waiter-queue.ts';
