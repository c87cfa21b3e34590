import { entrance } from '@valvekit/core/line';
import { asking } from './asking.ts';
import { holdBare, releasing } from './bare.ts';
import { entering } from './entering.ts';
import { trackGuard } from './guard.ts';
import { key, side } from './handing-out.ts';
import { end } from './ledger.ts';
import type { Verbs } from './place.ts';

const guard = asking(trackGuard);
const bare = asking(holdBare);
const read = asking(holdBare, 'read.');
const write = asking(holdBare, 'write.');

/** What is wrapped, and how. */
export const verbs: Verbs = {
  // The scoped layer, in any scope.
  acquire: guard,
  tryAcquire: guard,
  sandbox: asking(end, undefined, 'sandbox'),
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
  wait: asking(end, undefined, 'second'),
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
