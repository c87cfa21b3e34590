import type { Acquirable, Locks } from '@valvekit/core';
import { requireThat } from '@valvekit/core/line';
import type { WatchOptions } from './contract.ts';
import { allRequests, type WatchedLock } from './graph.ts';
import { handOutSides } from './handing-out.ts';
import { end, holdFromBefore } from './ledger.ts';
import { lockOf, originOf } from './origin.ts';
import { isFunction, isObject, readSettings, type Settings } from './settings.ts';
import { findStorage } from './task.ts';
import { type Undo, undo } from './undo.ts';
import { verbs } from './verbs.ts';
import { endUse, use, type Wrapping, watchesOf } from './wrapping.ts';

/** A lock with sides. */
interface ReadWriteLike {
  readonly read: Acquirable;
  readonly write: Acquirable;
}

/** A Barrier or an ASemaphore: something to wait at. */
interface Waitable {
  wait(...args: never[]): unknown;
}

/** What can be watched by itself. */
export type Watchable = Acquirable | ReadWriteLike | Waitable | Locks<never>;

/** A class of what can be watched. */
export interface LockClass {
  /** What its locks inherit: `watch` wraps the methods here. */
  readonly prototype: Watchable;
}

/**
 * Watches a lock, a family of locks, or all locks of a class, those included that exist already.
 *
 * It wraps the public methods. A watched lock does all that it did, at the cost of about a microsecond a call; promises
 * may settle a few microtasks later.
 *
 * @param target - a lock, a family such as `KeyedLocks`, or a class such as `Mutex`
 * @returns what puts everything back when it is disposed of. Guards stay valid
 * @throws {TypeError | RangeError} a bad argument, naming it; a frozen lock: watch its class instead
 * @example
 * ```ts
 * import { snapshot, watch } from '@valvekit/inspect';
 * import { Mutex } from '@valvekit/mutex';
 *
 * const mutex = new Mutex({ name: 'token' });
 * using watching = watch(mutex, { slow: { wait: 1000 } });
 * const guard = await mutex.acquire();
 * console.log(snapshot().map(({ kind, lock }) => `${kind}: ${lock}`));
 * // → [ 'hold: Mutex "token"' ]
 * guard.release();
 * ```
 */
export function watch(target: Watchable | LockClass, options?: WatchOptions): Undo {
  const isClass = isFunction(target);
  const object: object = isClass ? (target as unknown as LockClass).prototype : target;
  const isLock = isObject(object) && ['acquire', 'wait', 'mutex', 'read'].some((name) => name in object);
  requireThat(isLock, 'target', 'a lock, a family or a class of locks', target);
  requireThat(Object.isExtensible(object), 'target', 'extensible (else watch its class)', target);
  const settings = readSettings(options);
  findStorage();
  const wrapping = use(object, verbs);
  const origin = isClass ? undefined : originOf(object);
  // A side stands for its lock.
  const watches = watchesOf(origin === undefined || origin.key !== undefined ? object : origin.home);
  watches.push(settings);
  if (origin !== undefined && !('mutex' in object)) {
    handOutSides(object, origin, wrapping);
    holdFromBefore(lockOf(object) as WatchedLock);
  }
  return undoing(new WeakRef(wrapping), watches, settings);
}

// Made elsewhere, because functions that are made in one place keep what each of them uses: here, the lock.
function undoing(weak: WeakRef<Wrapping>, watches: Settings[], settings: Settings): Undo {
  return undo(() => {
    settings.isOver = true;
    watches.splice(watches.indexOf(settings), 1);
    const wrapping = weak.deref();
    if (wrapping !== undefined) endUse(wrapping);
    for (const request of allRequests()) if (request.lock.settings === undefined) end(request);
  });
}
