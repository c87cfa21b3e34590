import { entrance } from '@valvekit/core/line';
import { holdBare, releasing } from './bare.ts';
import { entering } from './entering.ts';
import { trackGuard } from './guard.ts';
import { key, side } from './handing-out.ts';
import { end } from './ledger.ts';
import { requesting } from './requesting.ts';
import type { Verbs } from './wrapping.ts';

const guard = requesting(trackGuard);
const bare = requesting(holdBare);
const read = requesting(holdBare, 'read.');
const write = requesting(holdBare, 'write.');

/** What is wrapped, and how. */
export const verbs: Verbs = {
  // The scoped layer, in any scope.
  acquire: guard,
  tryAcquire: guard,
  sandbox: requesting(end, undefined, 'sandbox'),
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
  wait: requesting(end, undefined, 'second'),
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
