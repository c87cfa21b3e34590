import type { Kind } from '../engine/story.ts';
import { asemaphore } from './asemaphore.ts';
import { barrier } from './barrier.ts';
import { keyedLocks } from './keyed-locks.ts';
import { lease } from './lease.ts';
import { mapAndStream } from './map-and-stream.ts';
import { mutex } from './mutex.ts';
import { readWriteLock } from './read-write-lock.ts';
import { semaphore } from './semaphore.ts';

/** For tests. A page imports its own kind only. */
export const kinds: readonly Kind[] = [
  mutex,
  readWriteLock,
  semaphore,
  mapAndStream,
  keyedLocks,
  barrier,
  asemaphore,
  lease,
];
