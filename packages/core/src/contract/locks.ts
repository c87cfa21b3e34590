import type { Acquirable } from './acquirable.ts';
import type { Guard } from './guard.ts';
import type { Lease } from './lease.ts';
import type { PermitOptions } from './options.ts';

/** Named locks of one scope. Code written against it runs in one thread, across tabs, or across machines. */
export interface Locks<K = string> {
  /** The mutex of a key. */
  mutex(key: K): Acquirable;
  /** The semaphore of a key, with `capacity` permits. */
  semaphore(key: K, capacity: number): Acquirable<Guard | Lease, PermitOptions>;
  /** The read/write lock of a key. */
  readWriteLock(key: K): { readonly read: Acquirable; readonly write: Acquirable };
}
