import type { Lockable } from '../contract/acquirable.ts';
import { mismatch, requireOptions, requireThat } from '../contract/arguments.ts';
import { label } from '../contract/name.ts';
import { type Enterable, type Entrance, entrance } from '../line/entrance.ts';

/** Locks of this thread, each perhaps with the number of permits to take from it. */
export type Several = Iterable<Lockable | readonly [lock: Lockable, options: { permits?: number | undefined }]>;

const EXPECTED = 'a Mutex, a Semaphore, a side of a ReadWriteLock or a lock of KeyedLocks, and none of lite';

/**
 * Reads the list, and enters each lock once.
 *
 * @param entrances - gets one for each line, also if this throws
 * @throws {TypeError | RangeError} a bad argument, naming it
 */
export function enterAll(locks: Several, entrances: Entrance<unknown>[]): void {
  requireThat(typeof Object(locks)[Symbol.iterator] === 'function', 'locks', 'an iterable', locks);
  let index = 0;
  for (const item of locks) enter(item, index++, entrances);
}

function enter(item: unknown, index: number, entrances: Entrance<unknown>[]): void {
  const isPair = Array.isArray(item);
  const lock = isPair ? item[0] : item;
  const options = isPair ? item[1] : undefined;
  requireOptions(options);
  const permits = options?.permits;
  if (typeof lock?.[entrance] !== 'function') throw new TypeError(mismatch(`locks[${index}]`, EXPECTED, lock));
  const found = (lock as Enterable)[entrance](options && { permits }, entrances);
  // A tool that watches the lock puts a line of its own in front of that of the lock.
  const { owner } = found.line;
  // A Map would cost a request for two locks a sixth (bench W12 free).
  const other = entrances.find((each) => each.line.owner === owner);
  if (other === undefined) {
    entrances.push(found);
  } else {
    found.leave?.();
    if (found.permits !== undefined) {
      entrances[entrances.indexOf(other)] = lock[entrance](
        { permits: found.permits + (other.permits as number) },
        entrances,
      );
      other.leave?.();
    } else if (found.request !== other.request) {
      throw new TypeError(`locks must name only one side of ${label(owner)}`);
    }
  }
  if (found.permits === undefined && permits !== undefined && permits !== 1) {
    throw new TypeError(mismatch('permits', `1, because ${label(owner)} has no permits`, permits));
  }
}
