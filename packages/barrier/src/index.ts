export { AbortError, TimeoutError, type WaitOptions } from '@valvekit/core';
export { Barrier, type BarrierCallback, createBarrier } from './barrier.ts';
export type { Condition } from './condition.ts';
