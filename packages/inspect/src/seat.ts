import { type Enterable, type Entrance, entrance } from '@valvekit/core/line';
import { quietly } from './call.ts';
import { WatchedLock } from './graph.ts';
import { settingsOf } from './place.ts';
import { attempt } from './report.ts';
import { isObject, type Settings } from './settings.ts';

/** What a method is called on: a lock, a side of one, or a view of the lock of a key. */
export interface Seat {
  /** What is watched: the lock itself, or its family. */
  readonly home: object;
  /** How the verbs of a side begin, as in `read.acquire`; else empty. */
  readonly side: string;
  /** Which lock of a family it is. That of a key is another one each time the key is used again. */
  readonly key?: Key | undefined;
  /** The lock, unless that depends on the key. */
  lock?: WatchedLock;
}

/** What tells the locks of a family apart. */
interface Key {
  readonly kind: string;
  readonly key: unknown;
  /** The capacity. */
  readonly limit: number;
}

/** What messages name. */
interface Named {
  readonly name?: unknown;
  readonly [Symbol.toStringTag]?: string;
}

const LONGEST = 64;

const seats = new WeakMap<object, Seat>();
// The locks of families that somebody uses, by kind and key. What is no family has one lock.
const locks = new WeakMap<object, Map<string | undefined, Map<unknown, WatchedLock>>>();

export function seatOf(self: object): Seat {
  return seats.get(self) ?? sit(self, looksOf(self));
}

/** Says what an object is that has been handed out. */
export function sit(self: object, seat: Seat): Seat {
  seats.set(self, seat);
  return seat;
}

/** The lock that is called, if it is watched, or if `self` is. */
export function lockOf(self: object): WatchedLock | undefined {
  const seat = seatOf(self);
  const { home, key } = seat;
  const settings = settingsOf(home) ?? settingsOf(self);
  if (settings === undefined) return undefined;
  const lock = seat.lock ?? findLock(home, key);
  if (key === undefined) seat.lock = lock;
  // The last request decides.
  lock.limit = key?.limit;
  lock.settings = settings;
  if (lock.namedBy !== settings) {
    lock.namedBy = settings;
    lock.name = nameOf(key === undefined ? home : self, key, settings);
  }
  return lock;
}

function findLock(home: object, key: Key | undefined): WatchedLock {
  const kinds = locks.get(home) ?? new Map<string | undefined, Map<unknown, WatchedLock>>();
  locks.set(home, kinds);
  const keys = kinds.get(key?.kind) ?? new Map<unknown, WatchedLock>();
  kinds.set(key?.kind, keys);
  const id = key?.key;
  const lock = keys.get(id) ?? new WatchedLock(home, key && (() => void keys.delete(id)));
  keys.set(id, lock);
  return lock;
}

/** The name of a lock: what `watch` was told, or what messages call it. */
function nameOf(lock: object, key: Key | undefined, { name }: Settings): string {
  if (typeof name === 'string') return key === undefined ? name : `${name} ${key.kind} ${show(cut(key.key))}`;
  const label = key && `${key.kind} ${show(key.key)}`.replace(/^./, (first) => first.toUpperCase());
  return String(attempt(() => name?.(lock)) ?? looksOf(lock, label).label);
}

// As messages do it. Keys that are no strings or numbers can hold secrets.
function show(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'bigint' ? `${key}` : `(${typeof key})`;
}

// As those of `KeyedLocks` do.
function cut(key: unknown): unknown {
  return typeof key === 'string' && key.length > LONGEST ? `${key.slice(0, LONGEST)}…` : key;
}

// A lock of one thread says it all where `map` and `acquireAll` enter it. A side stands for its lock.
function looksOf(self: object, label: string = labelOf(self)): Seat & { readonly label: string } {
  // The sides of a key are in a plain object.
  const lock: unknown = Object.getOwnPropertyDescriptor(self, 'read')?.value ?? self;
  if (!isObject(lock) || !(entrance in lock)) return { home: self, side: '', label };
  return enter(lock as Enterable, ({ line: { owner }, verb }) => {
    const [home, side] = 'read' in owner ? [owner, verb.name.replace(/[^.]*$/, '')] : [self, ''];
    return { home, side, label: labelOf(owner) };
  });
}

/** Whether readers of a lock go before all that waits: its policy can be that. */
export function areReadersFirst(self: object): boolean {
  const side: unknown = 'read' in self ? self.read : self;
  return isObject(side) && entrance in side && enter(side as Enterable, ({ verb }) => verb.rank > 0);
}

/** Looks at a lock where it is entered, and leaves it. */
function enter<R>(lock: Enterable, look: (found: Entrance<unknown>) => R): R {
  const found = quietly(lock, () => lock[entrance]());
  const seen = look(found);
  found.leave?.();
  return seen;
}

/** What messages call it: `Mutex "token"`, or `Mutex` if it has no name. */
function labelOf(lock: Named): string {
  const { name, [Symbol.toStringTag]: kind = (lock as object).constructor.name } = lock;
  return typeof name === 'string' ? `${kind} ${JSON.stringify(name)}` : kind;
}
