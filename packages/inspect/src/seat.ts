import { type Enterable, entrance } from '@valvekit/core/line';
import { quietly } from './call.ts';
import { ALL, WatchedLock } from './graph.ts';
import { settingsOf } from './place.ts';
import { isObject, type Settings } from './settings.ts';

/** What a method was called on: a lock, or a side of one. */
export interface Seat {
  /** How the verbs of a side begin, as in `read.acquire`; else empty. */
  readonly side: string;
  /** The lock, if it or `self` is watched. That of a key is another one each time the key is used again. */
  find(self: object): WatchedLock | undefined;
}

/** The lock of a key. */
export interface KeyedLock {
  readonly kind: string;
  readonly key: unknown;
  readonly limit: number | undefined;
}

/** Where a lock is found, and what it is called. */
interface Home {
  /** What is watched: the lock itself, or its family. */
  readonly watched: object;
  readonly lock: object;
  readonly locks: Map<unknown, WatchedLock> | WeakMap<object, WatchedLock>;
  readonly key: unknown;
  readonly limit: number | undefined;
  /** What follows the `name` option. */
  readonly suffix: string;
  /** What messages call it. */
  label(): string;
}

/** What messages name. */
interface Named {
  readonly name?: unknown;
  readonly [Symbol.toStringTag]?: string;
}

/** What `watch` has to know of a lock. */
interface Looks {
  /** The lock, or what it is a side of. */
  readonly lock: object;
  readonly side: string;
  /** What messages call it. */
  readonly label: string;
}

const seats = new WeakMap<object, Seat>();
const locks = new WeakMap<object, WatchedLock>();
// The locks of families that somebody uses, by kind and key.
const families = new WeakMap<object, Map<string, Map<unknown, WatchedLock>>>();

export function seatOf(self: object): Seat {
  return seats.get(self) ?? seatOfLock(self);
}

/** A side of a read/write lock, as it is handed out. */
export function sitOnSide(side: object, name: string, { find }: Seat): void {
  seats.set(side, { side: `${name}.`, find });
}

/** A view of the lock of a key, as it is handed out. */
export function sitOnKey(view: object, family: object, { kind, key, limit }: KeyedLock): Seat {
  const kinds = families.get(family) ?? new Map<string, Map<unknown, WatchedLock>>();
  families.set(family, kinds);
  const locks = kinds.get(kind) ?? new Map<unknown, WatchedLock>();
  kinds.set(kind, locks);
  const shown = `${kind} ${show(key)}`;
  return sit(view, '', {
    watched: family,
    lock: view,
    locks,
    key,
    limit,
    suffix: ` ${shown}`,
    label: () => looksOf(view, shown.charAt(0).toUpperCase() + shown.slice(1)).label,
  });
}

// A side stands for its lock.
function seatOfLock(self: object): Seat {
  const { label, side, lock } = looksOf(self);
  const limit = 'read' in lock ? ALL : undefined;
  return sit(self, side, { watched: lock, lock, locks, key: lock, limit, suffix: '', label: () => label });
}

function sit(self: object, side: string, { watched, lock, locks, key, limit, suffix, label }: Home): Seat {
  function find(by: object): WatchedLock | undefined {
    const settings = settingsOf(watched) ?? settingsOf(by);
    if (settings === undefined) return undefined;
    const found = locks.get(key as object) ?? new WatchedLock(new WeakRef(watched), deletion(locks, key));
    locks.set(key as object, found);
    // The last request decides.
    found.limit = limit;
    if (found.settings !== settings) {
      found.settings = settings;
      found.name = nameOf(settings.name, lock, suffix, label);
    }
    return found;
  }
  const seat = { side, find };
  seats.set(self, seat);
  return seat;
}

// Made elsewhere, because all functions that are made in one place keep what each of them uses: here, the lock.
function deletion(locks: Home['locks'], key: unknown): (() => void) | undefined {
  return locks instanceof Map ? () => void locks.delete(key) : undefined;
}

/** The name of a lock: what `watch` was told, or its label. */
function nameOf(name: Settings['name'], lock: object, suffix: string, label: () => string): string {
  if (typeof name === 'string') return name + suffix;
  try {
    return String(name?.(lock) ?? label());
  } catch (error) {
    console.error(error);
    return label();
  }
}

// As messages do it. Keys that are no strings or numbers can hold secrets.
function show(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'bigint' ? `${key}` : `(${typeof key})`;
}

// A lock of one thread says it all where `map` and `acquireAll` enter it.
function looksOf(self: object, label: string = labelOf(self)): Looks {
  // The sides of a key are in a plain object.
  const lock: unknown = Object.getOwnPropertyDescriptor(self, 'read')?.value ?? self;
  if (!isObject(lock) || !(entrance in lock)) return { lock: self, label, side: '' };
  const { line, verb, leave } = quietly(lock, entrance, () => (lock as Enterable)[entrance]());
  const { owner } = line;
  const isSide = 'read' in owner;
  const looks = {
    lock: isSide ? owner : self,
    label: labelOf(owner),
    side: isSide ? verb.name.replace(/[^.]*$/, '') : '',
  };
  leave?.();
  return looks;
}

/** What messages call it: `Mutex "token"`, or `Mutex` if it has no name. */
function labelOf(lock: Named): string {
  const { name, [Symbol.toStringTag]: kind = (lock as object).constructor.name } = lock;
  return typeof name === 'string' ? `${kind} ${JSON.stringify(name)}` : kind;
}
