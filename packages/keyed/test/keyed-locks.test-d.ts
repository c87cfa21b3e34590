import {
  type Guard,
  type KeyedLock,
  KeyedLocks,
  type Lockable,
  type Locks,
  type NameOptions,
  type PermitOptions,
  sandboxAll,
  type WriteGuard,
} from '@valvekit/keyed';
import { describe, expectTypeOf, it } from 'vitest';

describe('KeyedLocks', () => {
  const locks = new KeyedLocks();

  it('takes a name', () => {
    expectTypeOf<ConstructorParameters<typeof KeyedLocks>>().toEqualTypeOf<[options?: NameOptions | undefined]>();
    expectTypeOf(new KeyedLocks({ name: undefined }).name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error a name is an option
    new KeyedLocks('accounts');
    // @ts-expect-error read only
    locks.name = 'other';
  });

  it('has keys of one type: strings, unless it is told otherwise', () => {
    expectTypeOf(locks).toEqualTypeOf<KeyedLocks<string>>();
    // @ts-expect-error a key is a string
    locks.mutex(5);
    const byId = new KeyedLocks<number>();
    expectTypeOf(byId.mutex).parameter(0).toEqualTypeOf<number>();
    expectTypeOf(byId.semaphore).parameters.toEqualTypeOf<[key: number, capacity: number]>();
    new KeyedLocks<object>().readWriteLock({});
  });

  it('gives locks of three kinds', () => {
    expectTypeOf(locks.mutex('a')).toEqualTypeOf<KeyedLock>();
    expectTypeOf(locks.semaphore('a', 2)).toEqualTypeOf<KeyedLock<Guard, PermitOptions>>();
    expectTypeOf(locks.readWriteLock('a').read).toEqualTypeOf<KeyedLock>();
    expectTypeOf(locks.readWriteLock('a').write).toEqualTypeOf<KeyedLock<WriteGuard>>();
    expectTypeOf(locks.readWriteLock('a').write.acquire()).toEqualTypeOf<Promise<WriteGuard>>();
    // @ts-expect-error a semaphore has a capacity
    locks.semaphore('a');
    // @ts-expect-error a mutex has no permits
    void locks.mutex('a').acquire({ permits: 2 });
    // @ts-expect-error there is no upgradable side
    void locks.readWriteLock('a').upgradable;
    // @ts-expect-error a try takes one permit
    locks.semaphore('a', 2).tryAcquire(2);
  });

  it('has views that are lockable, with more to look at', () => {
    const lock = locks.mutex('a');
    expectTypeOf(lock).toExtend<Lockable>();
    expectTypeOf(lock.isLocked).toEqualTypeOf<boolean>();
    expectTypeOf(lock.waiting).toEqualTypeOf<number>();
    expectTypeOf(lock.cancel).toEqualTypeOf<(reason?: unknown) => void>();
    expectTypeOf(lock.sandbox(async () => 'text')).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error read only
    lock.isLocked = true;
    // @ts-expect-error there are no bare verbs
    void lock.lock;
  });

  it('is a family of locks, as those of other scopes', () => {
    expectTypeOf(locks).toExtend<Locks>();
    expectTypeOf(new KeyedLocks<object>()).toExtend<Locks<object>>();
    expectTypeOf(new KeyedLocks<object>()).toExtend<Locks<never>>();
    expectTypeOf(locks.size).toEqualTypeOf<number>();
    expectTypeOf(locks.waiting).toEqualTypeOf<number>();
    // @ts-expect-error read only
    locks.size = 0;
  });

  it('can be extended and mixed in', () => {
    class Accounts extends KeyedLocks<number> {
      of(id: number): KeyedLock {
        return this.mutex(id);
      }
    }
    expectTypeOf(new Accounts().of(1)).toExtend<Lockable>();
    // biome-ignore lint/suspicious/noExplicitAny: as a mixin must have it
    const Mixed = <Base extends new (...args: any[]) => KeyedLocks>(Class: Base) =>
      class extends Class {
        get busy(): number {
          return this.size;
        }
      };
    expectTypeOf(new (Mixed(KeyedLocks))().busy).toEqualTypeOf<number>();
  });

  it('can be taken several at once', () => {
    expectTypeOf(sandboxAll([locks.mutex('a'), [locks.semaphore('b', 3), { permits: 2 }]], () => 5)).toEqualTypeOf<
      Promise<number>
    >();
  });
});
