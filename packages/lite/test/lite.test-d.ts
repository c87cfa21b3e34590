import {
  type AbortError,
  type Guard,
  type Lockable,
  Mutex,
  type PermitOptions,
  ReadWriteLock,
  Semaphore,
} from '@valvekit/lite';
import { describe, expectTypeOf, it } from 'vitest';

describe('the locks of lite', () => {
  const mutex = new Mutex();
  const semaphore = new Semaphore(3);
  const lock = new ReadWriteLock();

  it('are lockable', () => {
    expectTypeOf<Mutex>().toExtend<Lockable>();
    expectTypeOf<Semaphore>().toExtend<Lockable>();
    expectTypeOf(lock.read).toEqualTypeOf<Lockable>();
    expectTypeOf(lock.write).toEqualTypeOf<Lockable<Guard>>();
    const locks: Lockable[] = [mutex, semaphore, lock.read, lock.write];
    void locks;
  });

  it('give guards, and what a sandbox returns', () => {
    expectTypeOf(mutex.acquire()).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(semaphore.acquire({ permits: 2, timeout: 5, signal: null })).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(mutex.tryAcquire()).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(semaphore.tryAcquire(2)).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(mutex.sandbox(async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(semaphore.sandbox(() => 'text', { permits: 2 })).toEqualTypeOf<Promise<string>>();
    expectTypeOf(lock.read.sandbox(() => ({}) as PromiseLike<boolean>)).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<Guard>().toExtend<Disposable>();
    expectTypeOf<PermitOptions['permits']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<AbortError>().toExtend<Error>();
  });

  it('refuse wrong arguments', () => {
    // @ts-expect-error there are no priorities
    void mutex.acquire({ priority: 1 });
    // @ts-expect-error there are no priorities
    void semaphore.sandbox(() => {}, { priority: 1 });
    // @ts-expect-error a mutex has no permits
    void mutex.acquire({ permits: 2 });
    // @ts-expect-error permits are a number
    void semaphore.acquire({ permits: '2' });
    // @ts-expect-error a try has no options
    semaphore.tryAcquire({ permits: 2 });
    // @ts-expect-error no such option
    void mutex.acquire({ timout: 5 });
    // @ts-expect-error a signal is no controller
    void mutex.acquire({ signal: new AbortController() });
    // @ts-expect-error fn has no arguments
    void mutex.sandbox((_guard: Guard) => {});
    // @ts-expect-error there are no names
    new Mutex({ name: 'token' });
    // @ts-expect-error a capacity is a number
    new Semaphore('3');
    // @ts-expect-error a guard has to be looked at before it is used
    mutex.tryAcquire().release();
  });

  it('have no bare verbs, and no state to write to but the capacity', () => {
    // @ts-expect-error no such verb
    void mutex.lock;
    // @ts-expect-error no such side
    void lock.upgradable;
    // @ts-expect-error read only
    mutex.isLocked = false;
    // @ts-expect-error read only
    semaphore.available = 5;
    semaphore.capacity = 5;
    expectTypeOf(lock.readers).toEqualTypeOf<number>();
    expectTypeOf(lock.isWriteLocked).toEqualTypeOf<boolean>();
    expectTypeOf(lock.cancel).toEqualTypeOf<(reason?: unknown) => void>();
  });

  it('can be subclassed and mixed in, with declarations', () => {
    class Counted extends Semaphore {
      readonly count: number = 0;
    }
    expectTypeOf<Counted>().toExtend<Lockable>();
    type Class<T> = new (...args: never[]) => T;
    const named = <Base extends Class<Mutex>>(base: Base) =>
      class extends (base as Class<Mutex>) {
        readonly label: string = 'named';
      };
    expectTypeOf(new (named(Mutex))().label).toEqualTypeOf<string>();
  });
});
