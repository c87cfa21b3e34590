export { AbortError, type GiveUpOptions, InvalidStateError, type NameOptions, TimeoutError } from '@valvekit/core';
export { ASemaphore, type ASemaphoreArguments, createASemaphore, type Fire } from './asemaphore.ts';
