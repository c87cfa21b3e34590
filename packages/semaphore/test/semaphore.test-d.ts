import {
  type Callback,
  createSemaphore,
  type GiveUpOptions,
  type Guard,
  type Lockable,
  type NameOptions,
  type PermitOptions,
  Semaphore,
  type WaitOptions,
} from '@valvekit/semaphore';
import { describe, expectTypeOf, it } from 'vitest';

describe('Semaphore', () => {
  const semaphore = new Semaphore(3);

  it('has two forms of take(), both with permits', () => {
    expectTypeOf(semaphore.take()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(semaphore.take({ permits: 2, timeout: 5 })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(semaphore.take(() => {})).toEqualTypeOf<void>();
    expectTypeOf(semaphore.take(() => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(semaphore.take(() => {}, { permits: 2 })).toEqualTypeOf<void>();
    semaphore.take(function (error) {
      expectTypeOf(this).toExtend<Semaphore>();
      expectTypeOf(error).toBeAny();
    });
    semaphore.take((error?: Error) => error?.message, { permits: 2, signal: null });
    expectTypeOf<Callback<Semaphore>>().parameter(0).toBeAny();
    expectTypeOf<ThisParameterType<Callback<Semaphore>>>().toEqualTypeOf<Semaphore>();
  });

  it('refuses wrong arguments', () => {
    // @ts-expect-error a capacity is a number
    new Semaphore('3');
    // @ts-expect-error permits of the promise form are an option
    void semaphore.take(2);
    // @ts-expect-error the callback comes first
    void semaphore.take(2, () => {});
    // @ts-expect-error permits are a number
    void semaphore.acquire({ permits: '2' });
    // @ts-expect-error a try has no options
    semaphore.tryTake({ permits: 2 });
    // @ts-expect-error a guard knows its permits
    semaphore.tryAcquire()?.release(2);
    // @ts-expect-error a semaphore is no mutex
    semaphore.unlock();
    // @ts-expect-error mapping is a function of its own
    void semaphore.map;
    // @ts-expect-error read only
    semaphore.available = 5;
    semaphore.capacity = 5;
  });

  it('takes a capacity and a name', () => {
    expectTypeOf<ConstructorParameters<typeof Semaphore>>().toEqualTypeOf<
      [capacity?: number | undefined, options?: NameOptions | undefined]
    >();
    expectTypeOf(createSemaphore(3, { name: 'pool' })).toEqualTypeOf<Semaphore>();
    expectTypeOf(semaphore.name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error read only
    semaphore.name = 'other';
    // @ts-expect-error the capacity comes first
    new Semaphore({ name: 'pool' });
    // @ts-expect-error a name is a string
    new Semaphore(3, { name: 5 });
  });

  it('is lockable, with permits', () => {
    expectTypeOf(createSemaphore(3)).toEqualTypeOf<Semaphore>();
    expectTypeOf<Semaphore>().toExtend<Lockable<Guard, PermitOptions>>();
    expectTypeOf<Semaphore>().toExtend<Lockable>();
    expectTypeOf(semaphore.acquire).parameter(0).toEqualTypeOf<PermitOptions | undefined>();
    expectTypeOf(semaphore.sandbox).parameter(1).toEqualTypeOf<PermitOptions | undefined>();
    expectTypeOf(semaphore.take).parameter(1).toEqualTypeOf<number | PermitOptions | undefined>();
    expectTypeOf<PermitOptions>().toExtend<WaitOptions>();
    expectTypeOf<WaitOptions>().toExtend<GiveUpOptions>();
    expectTypeOf(semaphore.acquire({ permits: 2 })).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(semaphore.tryAcquire(2)).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(semaphore.sandbox(async () => 1, { permits: 2 })).toEqualTypeOf<Promise<number>>();
  });

  it('infers what wrap() returns', () => {
    const wrapped = semaphore.wrap(async (name: string, size?: number) => name.length + (size ?? 0));
    expectTypeOf(wrapped).toEqualTypeOf<(name: string, size?: number) => Promise<number>>();
    expectTypeOf(semaphore.wrap(() => 'text')).toEqualTypeOf<() => Promise<string>>();
    // @ts-expect-error the arguments of fn
    void wrapped(5);
  });
});
