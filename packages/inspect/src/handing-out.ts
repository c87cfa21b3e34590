import { ALL } from './graph.ts';
import type { Around } from './place.ts';
import { type Place, wrapClassOf } from './place.ts';
import { type Seat, seatOf, sit } from './seat.ts';
import { isObject } from './settings.ts';

/** `mutex`, `semaphore` and `readWriteLock` of a family. */
export const key: Around = ({ self, name, args: [key, capacity = ALL], place, run }) => {
  const view = run();
  if (!isObject(view)) return view;
  const limit = name === 'mutex' ? 1 : (capacity as number);
  const seat = sit(view, { home: self, side: '', key: { kind: name, key, limit } });
  if (name === 'readWriteLock') seatSides(view, seat, place);
  else wrapClassOf(view, place);
  return view;
};

/** `read`, `write` and `upgradable` of a read/write lock. */
export const side: Around = ({ self, name, place, run }) => seatSide(run(), name, seatOf(self), place);

/** All sides that a lock has. */
export function seatSides(lock: object, seat: Seat, place: Place): void {
  for (const name of ['read', 'write', 'upgradable']) seatSide(Reflect.get(lock, name), name, seat, place);
}

function seatSide(side: unknown, name: string, { home, key }: Seat, place: Place): unknown {
  if (isObject(side)) {
    sit(side, { home, side: `${name}.`, key });
    wrapClassOf(side, place);
  }
  return side;
}
