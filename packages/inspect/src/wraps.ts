import { entrance } from '@valvekit/core/line';
import { asking } from './asking.ts';
import { entering } from './entering.ts';
import { key, side } from './handing-out.ts';
import type { Wrap } from './place.ts';
import { releasing } from './releasing.ts';

const bare = (side?: string): Wrap => asking({ gives: 'bare', ...(side !== undefined && { side }) });

/** What is wrapped, and how. */
export const wraps: ReadonlyMap<PropertyKey, Wrap> = new Map<PropertyKey, Wrap>([
  // The scoped layer, in any scope.
  ['acquire', asking({ gives: 'guard' })],
  ['tryAcquire', asking({ gives: 'guard' })],
  ['sandbox', asking({ isSandbox: true })],
  // The bare layer.
  ['lock', bare()],
  ['tryLock', bare()],
  ['readLock', bare('read.')],
  ['tryReadLock', bare('read.')],
  ['writeLock', bare('write.')],
  ['tryWriteLock', bare('write.')],
  ['unlock', releasing],
  ['take', bare()],
  ['tryTake', bare()],
  ['release', releasing],
  // Barrier and ASemaphore: they wait, and nobody holds.
  ['wait', asking({ fnAt: 1 })],
  // What hands out locks.
  ['mutex', key],
  ['semaphore', key],
  ['readWriteLock', key],
  ['read', side],
  ['write', side],
  ['upgradable', side],
  // Where `map`, `stream` and `acquireAll` enter, past the methods.
  [entrance, entering],
]);
