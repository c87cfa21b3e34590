import { ALL } from './graph.ts';
import type { Method, Place, Wrap } from './place.ts';
import { type Seat, seatOf, sitOnKey, sitOnSide } from './seat.ts';
import { isObject } from './settings.ts';

/** `mutex`, `semaphore` and `readWriteLock` of a family. */
export const key: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const view: unknown = (place.original(name, this) as Method).apply(this, args);
    if (!place.isUsed || !isObject(view)) return view;
    const [key, capacity] = args;
    const limit = { mutex: 1, semaphore: capacity as number, readWriteLock: ALL }[name as 'mutex'];
    const seat = sitOnKey(view, this, { kind: String(name), key, limit });
    if (name === 'readWriteLock') seatSides(view, seat, place);
    else place.wrapClassOf(view);
    return view;
  };

/** All sides that a lock has. */
export function seatSides(lock: object, seat: Seat, place: Place): void {
  for (const side of ['read', 'write', 'upgradable']) seatSide(Reflect.get(lock, side), side, seat, place);
}

/** `read`, `write` and `upgradable` of a read/write lock. */
export const side: Wrap = (name, place) =>
  function wrapper(this: object): unknown {
    const side = place.original(name, this);
    if (place.isUsed) seatSide(side, String(name), seatOf(this), place);
    return side;
  };

function seatSide(side: unknown, name: string, seat: Seat, place: Place): void {
  if (!isObject(side)) return;
  sitOnSide(side, name, seat);
  place.wrapClassOf(side);
}
