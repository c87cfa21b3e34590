export {
  AbortError,
  type Callback,
  type Guard,
  InvalidStateError,
  type Lockable,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { createMutex, Mutex } from './mutex.ts';
