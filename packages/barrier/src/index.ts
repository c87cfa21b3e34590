export { AbortError, type GiveUpOptions, type NameOptions, TimeoutError } from '@valvekit/core';
export { Barrier, type BarrierArguments, type BarrierCallback, createBarrier } from './barrier.ts';
export type { Condition, Scalar } from './condition.ts';
