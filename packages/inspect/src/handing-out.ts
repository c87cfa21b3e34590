import { ALL } from './graph.ts';
import { type Origin, originOf, origins } from './origin.ts';
import { isObject } from './settings.ts';
import { type Around, type Wrapping, wrapClassOf } from './wrapping.ts';

/** `mutex`, `semaphore` and `readWriteLock` of a family. */
export const key: Around = ({ self, name, args: [key, capacity = ALL], wrapping, run }) => {
  const family = originOf(self);
  family.kinds ??= {};
  family.kinds[name] ??= new Map();
  const limit = name === 'mutex' ? 1 : (capacity as number);
  const origin = { home: self, side: '', key: { kind: name, key, limit, locks: family.kinds[name] } };
  return handOut(run(), origin, wrapping);
};

/** `read`, `write` and `upgradable` of a read/write lock. */
export const side: Around = ({ self, name, wrapping, run }) =>
  handOut(run(), { ...originOf(self), side: `${name}.` }, wrapping);

/** All sides that a lock has. Somebody may have taken them out already. */
export function handOutSides(lock: object, origin: Origin, wrapping: Wrapping): void {
  for (const name of ['read', 'write', 'upgradable']) {
    handOut(Reflect.get(lock, name), { ...origin, side: `${name}.` }, wrapping);
  }
}

function handOut(object: unknown, origin: Origin, wrapping: Wrapping): unknown {
  if (!isObject(object)) return object;
  origins.set(object, origin);
  if ('acquire' in object) wrapClassOf(object, wrapping);
  else handOutSides(object, origin, wrapping);
  return object;
}
