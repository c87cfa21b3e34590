import { entrance } from '@valvekit/core/line';
import { asking } from './asking.ts';
import { entering } from './entering.ts';
import { key, side } from './handing-out.ts';
import type { Wraps } from './place.ts';
import { releasing } from './releasing.ts';

const guard = asking({ gives: 'guard' });
const bare = asking({ gives: 'bare' });
const read = asking({ gives: 'bare', side: 'read.' });
const write = asking({ gives: 'bare', side: 'write.' });

/** What is wrapped, and how. */
export const wraps: Wraps = {
  // The scoped layer, in any scope.
  acquire: guard,
  tryAcquire: guard,
  sandbox: asking({ isSandbox: true }),
  // The bare layer.
  lock: bare,
  tryLock: bare,
  readLock: read,
  tryReadLock: read,
  writeLock: write,
  tryWriteLock: write,
  unlock: releasing,
  take: bare,
  tryTake: bare,
  release: releasing,
  // Barrier and ASemaphore: they wait, and nobody holds.
  wait: asking({ fnAt: 1 }),
  // What hands out locks.
  mutex: key,
  semaphore: key,
  readWriteLock: key,
  read: side,
  write: side,
  upgradable: side,
  // Where `map`, `stream` and `acquireAll` enter, past the methods.
  [entrance]: entering,
};
