export { AbortError, InvalidStateError, TimeoutError, type WaitOptions } from '@valvekit/core';
export { ASemaphore, createASemaphore, type Fire } from './asemaphore.ts';
