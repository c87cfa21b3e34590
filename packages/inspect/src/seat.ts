import { type Enterable, entrance } from '@valvekit/core/line';
import { quietly } from './call.ts';
import { ALL, WatchedLock } from './graph.ts';
import type { Place } from './place.ts';
import { isObject, type Settings } from './settings.ts';

/** Where a method was called: on which lock, and on which side of it. */
export interface Seat {
  /** How the verbs of a side begin, as in `read.acquire`; else empty. */
  readonly side: string;
  /** The lock. That of a key is another one each time the key is used again. */
  find(): WatchedLock;
}

/** What messages name. */
interface Named {
  readonly name?: unknown;
  readonly [Symbol.toStringTag]?: string;
}

/** What `watch` has to know of a lock. */
interface Looks {
  /** What it is part of: a side is part of its read/write lock. */
  readonly whole: object;
  readonly label: string;
  readonly side: string;
  readonly limit: number | undefined;
}

const seats = new WeakMap<object, Seat>();
const locks = new WeakMap<object, WatchedLock>();

/** A family of locks: what is the same for all its views. */
interface Family {
  readonly object: WeakRef<object>;
  readonly label: string;
  /** The locks that somebody uses, by kind and key. */
  readonly locks: Map<string, Map<unknown, WatchedLock>>;
}

const families = new WeakMap<object, Family>();

/** Where `self` stands. Undefined if it is not watched. */
export function seatOf(self: object, place: Place): Seat | undefined {
  const seat = seats.get(self) ?? seatOfKept(self);
  if (place.watches.length === 0) return seat?.find().settings && seat;
  if (seat === undefined || seat.find().settings === undefined) return sit(self, place);
  return seat;
}

// A side that was taken out before its class was watched: its lock hands it out again.
function seatOfKept(self: object): Seat | undefined {
  if (!(entrance in self) || 'isLocked' in self) return undefined;
  const { whole } = looksOf(self, String);
  if (whole !== self) for (const side of ['read', 'write', 'upgradable']) void Reflect.get(whole, side);
  return seats.get(self);
}

/** A side of a read/write lock, as it is handed out. */
export function sitOnSide(side: object, name: string, seat: Seat): void {
  seats.set(side, { side: `${name}.`, find: seat.find });
}

/** A view of the lock of a key, as it is handed out. */
export function sitOnKey(view: object, family: object, place: Place, { kind, key, limit }: KeyedLock): Seat {
  const { object, label: familyLabel, locks } = familyOf(family);
  const keys = locks.get(kind) ?? new Map<unknown, WatchedLock>();
  locks.set(kind, keys);
  const { watches } = place;
  const find = (): WatchedLock => {
    let lock = keys.get(key);
    if (lock?.settings === undefined) {
      const { label } = looksOf(view, () => labelOfKey(kind, key));
      const name = nameOf(view, watches, label, familyLabel);
      lock = new WatchedLock(object, name, watches, deletion(keys, key));
      if (watches.length > 0) keys.set(key, lock);
    }
    // The last request decides.
    lock.limit = limit;
    return lock;
  };
  const seat = { side: '', find };
  seats.set(view, seat);
  return seat;
}

function familyOf(object: object): Family {
  let family = families.get(object);
  if (family === undefined) {
    family = { object: new WeakRef(object), label: labelOf(object), locks: new Map() };
    families.set(object, family);
  }
  return family;
}

// Made elsewhere, because all functions that are made in one place keep what each of them uses: here, the view.
function deletion(keys: Map<unknown, WatchedLock>, key: unknown): () => void {
  return () => void keys.delete(key);
}

/** The lock of a key. */
export interface KeyedLock {
  readonly kind: string;
  readonly key: unknown;
  readonly limit: number | undefined;
}

function sit(self: object, { watches }: Place): Seat {
  const { whole, label, side, limit } = looksOf(self, () => labelOf(self));
  let lock = locks.get(whole);
  if (lock?.settings === undefined) {
    lock = new WatchedLock(new WeakRef(whole), nameOf(whole, watches, label), watches);
    lock.limit = limit;
    locks.set(whole, lock);
  }
  lock.watches = watches;
  const found = lock;
  const seat = { side, find: () => found };
  seats.set(self, seat);
  return seat;
}

// A lock of one thread says it all where `map` and `acquireAll` enter it.
function looksOf(self: object, fallback: () => string): Looks {
  if (!(entrance in self)) {
    const limit = 'acquire' in self ? undefined : Number.POSITIVE_INFINITY;
    // The sides of a key are in a plain object.
    const side: unknown = Object.getOwnPropertyDescriptor(self, 'read')?.value;
    const label = isObject(side) ? looksOf(side, fallback).label : fallback();
    return { whole: self, label, side: '', limit: 'read' in self ? ALL : limit };
  }
  const { line, permits, verb, leave } = quietly(self, entrance, () => (self as Enterable)[entrance]());
  const label = labelOf(line.owner);
  leave?.();
  const side = verb.name.slice(0, verb.name.lastIndexOf('.') + 1);
  const whole = 'read' in line.owner ? line.owner : self;
  const limit = permits === undefined ? 1 : undefined;
  return { whole, label, side, limit: side === '' ? limit : ALL };
}

/** The name of a lock: what `watch` was told, or its label. */
function nameOf(lock: object, watches: readonly Settings[], label: string, family = label): string {
  const name = watches.at(-1)?.name;
  if (typeof name === 'string')
    return label.startsWith(family) ? name + label.slice(family.length) : `${name} ${label}`;
  try {
    return String(name?.(lock) ?? label);
  } catch (error) {
    console.error(error);
    return label;
  }
}

/** What messages call it: `Mutex "token"`, or `Mutex` if it has no name. */
function labelOf(lock: Named): string {
  const { name, [Symbol.toStringTag]: kind = (lock as object).constructor.name } = lock;
  return typeof name === 'string' ? `${kind} ${JSON.stringify(name)}` : kind;
}

// As messages do it. Keys that are no strings or numbers can hold secrets.
function labelOfKey(kind: string, key: unknown): string {
  const isNumber = typeof key === 'number' || typeof key === 'bigint';
  const shown = typeof key === 'string' ? JSON.stringify(key) : isNumber ? key : `(${typeof key})`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${shown}`;
}
