import type { LockState, WatchedLock } from './graph.ts';
import { Request } from './graph.ts';
import { end, hold } from './ledger.ts';
import type { Around } from './place.ts';
import { lockOf } from './seat.ts';
import { currentTask } from './task.ts';

/** Begins a bare hold, of which some may have been released before its promise was told. */
export function holdBare(request: Request, value?: unknown): void {
  const { lock, permits } = request;
  if (value !== false) {
    addBefore(lock, Math.min(unseen(lock) - permits, 0));
    const left = unseen(lock);
    if (left < permits) request.permits = left;
    request.isBare = true;
    if (request.permits > 0) hold(request);
  }
  // What holds nothing is over.
  if (request.stage !== 'hold') end(request);
}

/** `unlock` and `release`, of bare holds. */
export const releasing: Around = ({ self, name, args: [count], run }) => {
  const lock = lockOf(self);
  if (lock === undefined) return run();
  // Whoever is granted the lock in the meantime does not share it.
  const before = new Map<Request, number>();
  // `unlock` ignores what it is given, and may be given anything.
  let left = name === 'release' && typeof count === 'number' ? count : 1;
  for (const hold of bareHolds(lock)) {
    const { permits } = hold;
    if (!(left > 0)) break;
    before.set(hold, permits);
    lock.change(hold, { permits: Math.max(permits - left, 0) });
    left -= permits;
  }
  try {
    return run();
  } catch (error) {
    // Nothing has changed.
    for (const [hold, permits] of before) lock.change(hold, { permits });
    throw error;
  } finally {
    for (const hold of before.keys()) if (hold.permits === 0) end(hold);
  }
};

/** What a bare verb ends, in this order: the holds of its own task, the others, the oldest first, and what was held before. */
function bareHolds({ holds, before }: WatchedLock): Request[] {
  const task = currentTask();
  const bare = [...holds].filter(({ isBare }) => isBare);
  if (bare.length > 1) bare.sort((one, other) => Number(other.task === task) - Number(one.task === task));
  return before?.stage === 'hold' ? [...bare, before] : bare;
}

/** Holds that a lock has before it is watched are one entry. Their holders are unknown. */
export function holdFromBefore(lock: WatchedLock): void {
  addBefore(lock, Math.max(unseen(lock), 0));
}

/** Looks how much of that is still there. Its release cannot be seen. */
export function refresh(lock: WatchedLock): void {
  addBefore(lock, Math.min(unseen(lock), 0));
}

function addBefore(lock: WatchedLock, permits: number): void {
  if (permits > 0 && lock.before?.stage !== 'hold') {
    lock.before = new Request(lock, 'before watch', '', undefined);
    lock.before.permits = 0;
    hold(lock.before);
  }
  const { before } = lock;
  if (before?.stage !== 'hold' || !permits) return;
  lock.change(before, { permits: before.permits + permits });
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
