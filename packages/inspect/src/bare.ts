import { isAlone } from '@valvekit/core/line';
import type { Request, WatchedLock } from './graph.ts';
import { end, hold, refresh } from './ledger.ts';
import { lockOf } from './origin.ts';
import { currentTask } from './task.ts';
import type { Around } from './wrapping.ts';

/** Begins a bare hold. If it had to wait for that, some may have been released before its promise was told. */
export function holdBare(request: Request, value?: unknown): void {
  const { lock, permits } = request;
  if (value !== false) {
    refresh(lock, permits);
    const left = lock.unseen;
    if (!(left <= 0)) {
      if (left < permits) request.permits = left;
      hold(request);
    }
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
    before.set(hold, permits);
    if (permits > left) lock.change(hold, permits - left);
    else lock.giveBack(hold);
    left -= permits;
    if (!(left > 0)) break;
  }
  try {
    return run();
  } catch (error) {
    // Nothing has changed.
    for (const [hold, permits] of before) lock.change(hold, permits);
    throw error;
  } finally {
    for (const hold of before.keys()) if (isAlone(hold)) end(hold);
  }
};

/** What a bare verb ends, in this order: the holds of its own task, the others, the oldest first, and what was held before. */
function* bareHolds(lock: WatchedLock): Iterable<Request> {
  const task = currentTask();
  for (const isOwn of [true, false]) {
    for (const hold of lock.holds) if (hold.isBare && (hold.task === task) === isOwn) yield hold;
  }
  if (lock.before?.stage === 'hold') yield lock.before;
}
