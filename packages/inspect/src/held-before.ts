import { HOLDING, type LockState, Request, type WatchedLock } from './graph.ts';
import { end, hold } from './ledger.ts';

/** Holds that a lock has before it is watched are one entry. Their holders are unknown. */
export function holdFromBefore(lock: WatchedLock): void {
  const permits = unseen(lock);
  if (!(permits > 0)) return;
  const { before } = lock;
  if (before?.stage === HOLDING) lock.resize(before, before.permits + permits);
  else {
    lock.before = new Request(lock, 'before watch', '', undefined);
    lock.before.permits = permits;
    hold(lock.before);
  }
}

/** Looks how much of that is still there. Its release cannot be seen. */
export function refresh(lock: WatchedLock): void {
  endBefore(lock, -unseen(lock));
}

/** Begins a bare hold, of which some may have been released before its promise was told. */
export function holdBare(request: Request): void {
  const { lock, permits } = request;
  endBefore(lock, permits - unseen(lock));
  const left = unseen(lock);
  if (left < permits) request.permits = left;
  if (left <= 0) end(request);
  else hold(request);
}

function endBefore(lock: WatchedLock, permits: number): void {
  const { before } = lock;
  if (before?.stage !== HOLDING || !(permits > 0)) return;
  lock.resize(before, before.permits - permits);
  if (before.permits <= 0) end(before);
}

/** How many permits are held that no entry stands for: fewer than none, if some have been released unseen. */
function unseen(lock: WatchedLock): number {
  return heldOf(lock.object as LockState) - lock.permits;
}

// What is no number says nothing.
function heldOf({ available, capacity, readers, isLocked, isWriteLocked }: LockState): number {
  if (available !== undefined) return (capacity as number) - available;
  return readers || Number(isWriteLocked ?? isLocked);
}
