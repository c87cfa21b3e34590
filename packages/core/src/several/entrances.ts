import type { Lockable } from '../contract/acquirable.ts';
import { mismatch, requireOptions, requireThat } from '../contract/arguments.ts';
import { label } from '../contract/name.ts';
import type { PermitOptions } from '../contract/options.ts';
import { type Enterable, type Entrance, entrance } from '../line/entrance.ts';
import { JointLine } from './joint-line.ts';

/** Locks of this thread, each perhaps with the number of permits to take from it. */
export type Several = Iterable<Lockable | readonly [lock: Lockable, options: { permits?: number | undefined }]>;

const EXPECTED =
  'a Mutex, a Semaphore, a side of a ReadWriteLock or a lock of KeyedLocks, because only their lines can be joined at once';

/** One lock of the list. */
interface Wanted {
  readonly lock: unknown;
  readonly permits: number | undefined;
}

/**
 * Reads the list, and enters each lock once.
 *
 * @throws {TypeError | RangeError} a bad argument, naming it
 */
export function jointLineOf(locks: Several): JointLine {
  requireThat(typeof Object(locks)[Symbol.iterator] === 'function', 'locks', 'an iterable', locks);
  // Reading the list may run user code: it ends before any lock is entered.
  const list: Wanted[] = [];
  for (const item of locks) list.push(wantedOf(item, list.length));
  const entered: Entrance<unknown>[] = [];
  try {
    for (const wanted of list) enter(wanted, entered);
  } catch (error) {
    for (const each of entered) each.leave?.();
    throw error;
  }
  return new JointLine(entered);
}

function wantedOf(item: unknown, index: number): Wanted {
  const isPair = Array.isArray(item);
  const lock: unknown = isPair ? item[0] : item;
  const options: unknown = isPair ? item[1] : undefined;
  requireOptions(options);
  if (typeof (lock as Partial<Enterable> | null | undefined)?.[entrance] !== 'function') {
    throw new TypeError(mismatch(`locks[${index}]`, EXPECTED, lock));
  }
  return { lock, permits: (options as PermitOptions | undefined)?.permits };
}

function enter({ lock, permits }: Wanted, entered: Entrance<unknown>[]): void {
  let found = (lock as Enterable)[entrance]({ permits });
  // A Map would cost a request for two locks a sixth (bench W12 free).
  const other = entered.find(({ line }) => line === found.line);
  if (other?.permits !== undefined) {
    const sum = other.permits + (permits ?? 1);
    found.leave?.();
    found = (lock as Enterable)[entrance]({ permits: sum });
  } else if (other !== undefined && other.request !== found.request) {
    found.leave?.();
    throw new TypeError(`locks must name only one side of ${label(found.line.owner)}`);
  }
  other?.leave?.();
  if (other === undefined) entered.push(found);
  else entered[entered.indexOf(other)] = found;
  if (found.permits === undefined && permits !== undefined && permits !== 1) {
    throw new TypeError(mismatch('permits', `1, because ${label(found.line.owner)} has no permits`, permits));
  }
}
