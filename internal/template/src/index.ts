export { AbortError, type Callback, InvalidStateError, TimeoutError, type WaitOptions } from '@valvekit/core';
export { createLatch, Latch } from './latch.ts';
