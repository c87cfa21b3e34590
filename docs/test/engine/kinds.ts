import { asemaphore } from '../../playground/engine/asemaphore.ts';
import { barrier } from '../../playground/engine/barrier.ts';
import { keyedLocks } from '../../playground/engine/keyed-locks.ts';
import type { Kind } from '../../playground/engine/kind.ts';
import { mutex } from '../../playground/engine/mutex.ts';
import { readWriteLock } from '../../playground/engine/read-write-lock.ts';
import { semaphore } from '../../playground/engine/semaphore.ts';

export const kinds: Kind[] = [mutex, readWriteLock, semaphore, keyedLocks, barrier, asemaphore];
