import { type LockState, Request, type WatchedLock } from './graph.ts';
import { forget, hold } from './ledger.ts';

const VERB = 'before watch';

/** Holds that a lock has before it is watched are one entry. Their holders are unknown. */
export function holdFromBefore(lock: WatchedLock): void {
  const permits = unseen(lock);
  if (permits === 0) return;
  const nobody = { task: undefined, isSandbox: false, isBare: false, stack: undefined };
  const request = new Request(lock, { ...nobody, verb: VERB, side: '' });
  request.read('permits', permits);
  hold(request);
}

/** Looks whether a hold from before is still there. Its release cannot be seen. */
export function refresh(request: Request): void {
  const { asked, lock } = request;
  if (asked.verb !== VERB) return;
  lock.giveBack(request);
  request.read('permits', unseen(lock));
  if (request.permits === 0) forget(request);
  else lock.take(request);
}

/** How many permits are held that no entry stands for. */
function unseen({ holds, object }: WatchedLock): number {
  let permits = heldOf(object as LockState);
  for (const hold of holds) permits -= hold.permits;
  return Math.max(permits, 0);
}

function heldOf({ available, capacity, readers = 0, isLocked, isWriteLocked }: LockState): number {
  if (available !== undefined && capacity !== undefined) return capacity - available;
  return readers || Number(isLocked === true || isLocked === 'W' || isWriteLocked === true);
}
