export {
  AbortError,
  type Callback,
  type GiveUpOptions,
  type Guard,
  InvalidStateError,
  type Lockable,
  map,
  type NameOptions,
  type PermitOptions,
  type StreamOptions,
  stream,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { createSemaphore, Semaphore } from './semaphore.ts';
