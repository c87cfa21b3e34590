import { isInner, quietly } from './call.ts';
import { HOLDING, Request, type WatchedLock } from './graph.ts';
import { end, requests } from './ledger.ts';
import type { Method, Wrap } from './place.ts';
import { seatOf } from './seat.ts';
import { currentTask } from './task.ts';

/** `unlock` and `release`, of bare holds. */
export const releasing: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const release = (): unknown => (place.original(name, this) as Method).apply(this, args);
    const seat = isInner(this, name) ? undefined : seatOf(this, place);
    if (seat === undefined) return release();
    const [permits = 1] = args;
    const lock = seat.find();
    const released = bareHolds(lock, Number(permits));
    // Whoever is granted the lock in the meantime does not share it.
    for (const request of released) lock.giveBack(request);
    let result: unknown;
    try {
      result = quietly(this, name, release);
    } catch (error) {
      // Nothing has changed.
      for (const request of released) if (request.stage === HOLDING) lock.take(request);
      throw error;
    }
    for (const request of released) end(request);
    return result;
  };

/** Which holds a bare verb ends: those of its own task before others, then the oldest. */
function bareHolds(lock: WatchedLock, permits: number): Request[] {
  const task = currentTask();
  const holds = [...lock.holds].filter(({ asked }) => asked.isBare);
  if (holds.length > 1) holds.sort((one, other) => Number(other.task === task) - Number(one.task === task));
  const found: Request[] = [];
  let left = permits;
  // A hold whose promise has not been told can be released, too.
  for (const request of holds.length > 0 ? holds : lock.asked) {
    if (left <= 0) break;
    const part = request.permits > left ? split(request, left) : request;
    found.push(part);
    left -= part.permits;
  }
  return found;
}

/** Takes some permits of a hold as a hold of its own. */
function split(hold: Request, permits: number): Request {
  const { lock, asked, start, stage } = hold;
  lock.giveBack(hold);
  hold.read('permits', hold.permits - permits);
  lock.take(hold);
  const part = new Request(lock, asked);
  part.read('permits', permits);
  part.start = start;
  part.stage = stage;
  lock.take(part);
  requests.add(part);
  return part;
}
