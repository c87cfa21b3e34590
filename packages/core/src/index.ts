// For users of the primitives.
export { AbortError, InvalidStateError, TimeoutError } from './errors.ts';
export type { Guard } from './guard.ts';
export type { Lockable } from './lockable.ts';
export type { WaitOptions } from './options.ts';
export type { Callback } from './callback.ts';

// For authors of primitives.
export { type Admit, WaiterQueue } from './waiter-queue.ts';
export { type Entry, Waiter } from './waiter.ts';
export type { Line } from './limits.ts';
export { timeoutError } from './limits.ts';
export { deliver, Delivery } from './delivery.ts';
export { Hold } from './guard.ts';
export { sandbox } from './lockable.ts';
export { bothForms, granted } from './callback.ts';
export { readWaitOptions, type Terms } from './options.ts';
export { mustBe, requireCount, requireFunction } from './arguments.ts';
export { follow } from './thenable.ts';
export { report } from './report.ts';
export { type Inspect, inspection, view } from './inspection.ts';
