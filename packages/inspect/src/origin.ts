import { type Enterable, entrance, type Verb } from '@valvekit/core/line';
import { quietly } from './call.ts';
import { type LockState, WatchedLock } from './graph.ts';
import { attempt } from './report.ts';
import { isObject, type Settings } from './settings.ts';
import { settingsOf } from './wrapping.ts';

/** Where what a method is called on comes from. It is a lock, a side of one, or a view of the lock of a key. */
export interface Origin {
  /** The lock, or its family. */
  readonly home: object;
  /** How the verbs of a side begin, as in `read.acquire`; else empty. */
  readonly side: string;
  /** Which lock of a family it is. That of a key is another one each time the key is used again. */
  readonly key?: Key | undefined;
  /** The lock as it is watched, unless that depends on the key. */
  lock?: WatchedLock;
  /** Of a family: the locks that somebody uses, by kind and key. */
  kinds?: Record<string, Map<unknown, WatchedLock>>;
}

/** What tells the locks of a family apart. */
interface Key {
  readonly kind: string;
  readonly key: unknown;
  /** The capacity. */
  readonly limit: number;
  /** Those of that kind. */
  readonly locks: Map<unknown, WatchedLock>;
}

/** What messages name. */
interface Named {
  readonly constructor: { readonly name: string };
  readonly name?: unknown;
  readonly [Symbol.toStringTag]?: string;
}

const LONGEST = 64;

/** What is known of those that have been handed out or called. */
export const origins: WeakMap<object, Origin> = new WeakMap();

export function originOf(self: object): Origin {
  let origin = origins.get(self);
  if (origin === undefined) {
    const entrance = lookInto(self);
    // A side stands for its lock.
    const isSide = entrance !== undefined && entrance.owner !== self && 'read' in entrance.owner;
    origin = isSide
      ? { home: entrance.owner, side: entrance.verb.name.replace(/[^.]*$/, '') }
      : { home: self, side: '' };
    origins.set(self, origin);
  }
  return origin;
}

/** The lock that is called, if it is watched, or if `self` is. */
export function lockOf(self: object): WatchedLock | undefined {
  const origin = originOf(self);
  const { home, key } = origin;
  const settings = settingsOf(home) ?? settingsOf(self);
  if (settings === undefined) return undefined;
  const lock = findLock(origin);
  // The last request decides.
  lock.limit = key?.limit;
  if (lock.lastSettings !== settings) {
    lock.lastSettings = settings;
    lock.name = nameOf(key === undefined ? home : self, key, settings);
  }
  return lock;
}

function findLock(origin: Origin): WatchedLock {
  const { home, key } = origin;
  if (key !== undefined) {
    const { key: id, locks } = key;
    const lock = locks.get(id) ?? new WatchedLock(home, () => void locks.delete(id));
    locks.set(id, lock);
    return lock;
  }
  if (origin.lock === undefined) {
    const whole = originOf(home);
    origin.lock = whole === origin ? new WatchedLock(home) : findLock(whole);
  }
  return origin.lock;
}

/** The name of a lock: what `watch` was told, or what messages call it. */
function nameOf(lock: object, key: Key | undefined, { name }: Settings): string {
  if (typeof name === 'string') return key === undefined ? name : `${name} ${key.kind} ${show(key.key, LONGEST)}`;
  return String(attempt(() => name?.(lock)) ?? labelOf(lock, key));
}

/** What messages call a lock. */
function labelOf(lock: object, key: Key | undefined): string {
  const { label } = lookInto(lock) ?? {};
  if (label !== undefined || key === undefined) return label ?? titleOf(lock);
  return `${key.kind} ${show(key.key)}`.replace(/^./, (first) => first.toUpperCase());
}

/** `Mutex "token"`, or `Mutex` if it has no name. */
function titleOf(lock: Named): string {
  const { name, [Symbol.toStringTag]: kind = lock.constructor.name } = lock;
  return typeof name === 'string' ? `${kind} ${JSON.stringify(name)}` : kind;
}

// As messages do it. Keys that are no strings or numbers can hold secrets.
function show(key: unknown, longest = Infinity): string {
  if (typeof key === 'string') return JSON.stringify(key.length > longest ? `${key.slice(0, longest)}…` : key);
  return typeof key === 'number' || typeof key === 'bigint' ? `${key}` : `(${typeof key})`;
}

/** Whether readers of a lock go before all that waits: its policy can be that. */
export function areReadersFirst(self: object): boolean {
  return Number(lookInto(self)?.verb.rank) > 0;
}

/** How `map` enters a lock of this thread, or its side for readers: that says it all. */
function lookInto(lock: LockState): { owner: object; verb: Verb; label: string } | undefined {
  const side = quietly(lock, () => lock.read ?? lock);
  if (!isObject(side) || !(entrance in side)) return undefined;
  const found = quietly(side, () => (side as Enterable)[entrance]());
  const { owner } = found.line;
  // What is left may be for another key afterwards.
  const label = titleOf(owner);
  found.leave?.();
  return { owner, verb: found.verb, label };
}
