import { isInner, quietly } from './call.ts';
import { HOLDING, type Request, type WatchedLock } from './graph.ts';
import { end } from './ledger.ts';
import type { Method, Wrap } from './place.ts';
import { seatOf } from './seat.ts';
import { currentTask } from './task.ts';

/** `unlock` and `release`, of bare holds. */
export const releasing: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const release = (): unknown => (place.original(name, this) as Method).apply(this, args);
    const lock = isInner(this, name) ? undefined : seatOf(this).find(this);
    if (lock === undefined) return release();
    // Whoever is granted the lock in the meantime does not share it.
    const before = new Map<Request, number>();
    let left = Number(args[0] ?? 1);
    for (const hold of bareHolds(lock)) {
      if (!(left > 0)) break;
      before.set(hold, hold.permits);
      lock.resize(hold, Math.max(hold.permits - left, 0));
      left -= (before.get(hold) as number) - hold.permits;
    }
    try {
      return quietly(this, name, release);
    } catch (error) {
      // Nothing has changed.
      for (const [hold, permits] of before) lock.resize(hold, permits);
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
  return before?.stage === HOLDING ? [...bare, before] : bare;
}
