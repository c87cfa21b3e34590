import {
  type Callback,
  createMutex,
  type Guard,
  type Lockable,
  Mutex,
  type NameOptions,
  type WaitOptions,
} from '@valvekit/mutex';
import { describe, expectTypeOf, it } from 'vitest';

describe('Mutex', () => {
  const mutex = new Mutex();

  it('takes a name', () => {
    expectTypeOf<ConstructorParameters<typeof Mutex>>().toEqualTypeOf<[options?: NameOptions | undefined]>();
    expectTypeOf(createMutex({ name: 'token' })).toEqualTypeOf<Mutex>();
    expectTypeOf(new Mutex({ name: undefined }).name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error read only
    mutex.name = 'other';
    // @ts-expect-error a name is an option
    new Mutex('token');
    // @ts-expect-error a name is a string
    new Mutex({ name: 5 });
  });

  it('has two forms of lock()', () => {
    expectTypeOf(mutex.lock()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(mutex.lock({ timeout: 1, priority: 2, signal: AbortSignal.abort() })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(mutex.lock(() => {})).toEqualTypeOf<void>();
    expectTypeOf(mutex.lock((_error) => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(mutex.lock(() => {}, { timeout: 5000 })).toEqualTypeOf<void>();
    mutex.lock(function (error) {
      expectTypeOf(this).toExtend<Mutex>();
      expectTypeOf(error).toBeAny();
    });
    mutex.lock((error?: Error) => error?.message);
    expectTypeOf<Callback<Mutex>>().parameter(0).toBeAny();
    expectTypeOf<ThisParameterType<Callback<Mutex>>>().toEqualTypeOf<Mutex>();
    expectTypeOf<WaitOptions['timeout']>().toEqualTypeOf<number | undefined>();
  });

  it('refuses wrong arguments', () => {
    // @ts-expect-error a timeout of the promise form is an option
    void mutex.lock(5000);
    // @ts-expect-error the callback comes first
    void mutex.lock(5000, () => {});
    // @ts-expect-error the promise form has one argument
    void mutex.lock({}, 5000);
    // @ts-expect-error no such option
    void mutex.lock({ timout: 5 });
    // @ts-expect-error a signal is no controller
    void mutex.lock({ signal: new AbortController() });
    // @ts-expect-error a timeout is a number
    void mutex.lock(() => {}, '5');
    // @ts-expect-error the callback has one argument
    void mutex.lock((_error: unknown, _more: unknown) => {});
    // @ts-expect-error a mutex has no permits
    void mutex.lock({ permits: 2 });
    // @ts-expect-error unlocking returns nothing to await
    void mutex.unlock().then;
  });

  it('infers what sandbox() resolves to', () => {
    expectTypeOf(mutex.sandbox(() => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(mutex.sandbox(async () => 'text')).toEqualTypeOf<Promise<string>>();
    expectTypeOf(mutex.sandbox(() => {})).toEqualTypeOf<Promise<void>>();
    expectTypeOf(mutex.sandbox(() => ({}) as PromiseLike<number>)).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error fn has no arguments
    void mutex.sandbox((_guard: Guard) => {});
    // @ts-expect-error fn is a function
    void mutex.sandbox(Promise.resolve());
  });

  it('returns guards that are disposable, and no promises', () => {
    expectTypeOf(mutex.acquire()).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(mutex.tryAcquire()).toEqualTypeOf<Guard | undefined>();
    expectTypeOf<Guard>().toExtend<Disposable>();
    expectTypeOf<Guard>().not.toExtend<PromiseLike<unknown>>();
    // @ts-expect-error there may be no guard
    mutex.tryAcquire().release();
    // @ts-expect-error the promise of a guard is no guard
    mutex.acquire().release();
    const guard = {} as Guard;
    // @ts-expect-error read only
    guard.released = true;
  });

  it('is lockable, and cannot be written to', () => {
    expectTypeOf(createMutex()).toEqualTypeOf<Mutex>();
    expectTypeOf<Mutex>().toExtend<Lockable>();
    expectTypeOf<Mutex>().toExtend<Lockable<Guard>>();
    expectTypeOf(mutex.isLocked).toEqualTypeOf<boolean>();
    expectTypeOf(mutex.waiting).toEqualTypeOf<number>();
    expectTypeOf(mutex.tryLock()).toEqualTypeOf<boolean>();
    expectTypeOf(mutex.cancel).toEqualTypeOf<(reason?: unknown) => void>();
    // @ts-expect-error read only
    mutex.isLocked = false;
    // @ts-expect-error read only
    mutex.waiting = 0;
  });
});
