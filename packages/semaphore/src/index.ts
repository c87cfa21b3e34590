export {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { createSemaphore, type PermitOptions, Semaphore } from './semaphore.ts';
