export {
  AbortError,
  type Callback,
  type GiveUpOptions,
  type Guard,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  type PermitOptions,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { createSemaphore, Semaphore } from './semaphore.ts';
