export {
  AbortError,
  type Callback,
  type Guard,
  type GiveUpOptions,
  InvalidStateError,
  type Lockable,
  type NameOptions,
  TimeoutError,
  type WaitOptions,
} from '@valvekit/core';
export { createMutex, Mutex } from './mutex.ts';
