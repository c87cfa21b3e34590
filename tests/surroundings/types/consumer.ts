// What a library does with our types. Compiled with `declaration`.

import { ASemaphore } from '@valvekit/asemaphore';
import { Barrier } from '@valvekit/barrier';
import { watch } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import { type FencedLease, PostgresLocks } from '@valvekit/postgres';
import { RedisLocks } from '@valvekit/redis';
import { TabLocks } from '@valvekit/tabs';
import type { Acquirable, Callback, Guard, Lockable, WaitOptions, WriteGuard } from 'valvekit';
import {
  acquireAll,
  createMutex,
  InvalidStateError,
  KeyedLocks,
  Mutex,
  ReadWriteLock,
  Semaphore,
  TimeoutError,
} from 'valvekit';

export class Named extends Mutex {
  constructor(readonly label: string) {
    super({ name: label });
  }
  override unlock(): void {
    super.unlock();
  }
}

// Mixins and class expressions, exported with inferred types.
// biome-ignore lint/suspicious/noExplicitAny: what a mixin takes
type Constructor<T> = new (...args: any[]) => T;
export function Counting<Base extends Constructor<Mutex>>(Base: Base) {
  return class extends Base {
    count = 0;
    override lock(...args: never[]): never {
      this.count++;
      return super.lock(...args) as never;
    }
  };
}
export const CountingMutex = Counting(Mutex);
export class Deeper extends CountingMutex {}
export const Small = class extends lite.Semaphore {
  label = '';
};
export const SmallMixin = <Base extends Constructor<lite.ReadWriteLock>>(Base: Base) => class extends Base {};
export const Expression = class extends Semaphore {
  twice = this.capacity * 2;
};
export const Rw = class extends ReadWriteLock {};
export const Gate = class extends Barrier<number> {};
export const Count = class extends ASemaphore {};
export const Keyed = class extends KeyedLocks<number> {};
export const BusyError = class extends TimeoutError {};
export const Refused = class extends InvalidStateError {
  override name = 'Refused';
};
export class LockTimeout extends TimeoutError {
  constructor(message?: string) {
    super(message);
    this.name = 'LockTimeout';
  }
}

// Inferred members of every kind of object.
export const mutex = createMutex();
export const guard = await mutex.acquire();
export const rw = new ReadWriteLock({ policy: 'readers' });
export const sides = { read: rw.read, write: rw.write, upgradable: rw.upgradable };
export const writing = rw.write.tryAcquire();
export const keyed = new Keyed().mutex(1);
export const several = acquireAll([mutex, [new Semaphore(3), { permits: 2 }]]);

export async function under<R>(lock: Acquirable, fn: () => R): Promise<Awaited<R>> {
  return lock.sandbox(fn);
}
export const answer: Promise<number> = under(mutex, async () => 42);
export const inferred: Promise<string> = mutex.sandbox(() => (mutex.isLocked ? 'now' : Promise.resolve('later')));

// Locks of wider scopes.
export const undo = watch(RedisLocks);
export class InRedis extends RedisLocks {}
export class InPostgres extends PostgresLocks {}
export class InTabs extends TabLocks {}
export function isLost({ signal, remaining }: FencedLease): boolean {
  return signal.aborted || remaining === 0;
}

// Options that may be undefined, and callbacks as people write them.
export function wait(lock: Lockable, timeout?: number, priority?: number): Promise<Guard> {
  return lock.acquire({ timeout, priority, signal: null });
}
export function old(lock: Mutex, options?: WaitOptions): void {
  const done = (error?: Error): void => void error?.message;
  const callback: Callback<Mutex> = function (error) {
    if (!error) this.unlock();
  };
  lock.lock(done, 500);
  lock.lock(callback, options);
}
export function downgrade(held: WriteGuard): Guard {
  return held.downgrade();
}
