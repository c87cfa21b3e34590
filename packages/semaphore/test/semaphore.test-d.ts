import {
  type Callback,
  createSemaphore,
  type Guard,
  type Lockable,
  type PermitOptions,
  Semaphore,
  type WaitOptions,
} from '@valvekit/semaphore';
import { describe, expectTypeOf, it } from 'vitest';

describe('Semaphore', () => {
  const semaphore = new Semaphore(3);

  it('gives the bare verb two forms, both with permits', () => {
    expectTypeOf(semaphore.take()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(semaphore.take({ permits: 2, timeout: 5 })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(semaphore.take(() => {})).toEqualTypeOf<void>();
    expectTypeOf(semaphore.take(() => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(semaphore.take(() => {}, { permits: 2 })).toEqualTypeOf<void>();
    semaphore.take(function (error) {
      expectTypeOf(this).toExtend<Semaphore>();
      expectTypeOf(error).toEqualTypeOf<unknown>();
    });
    expectTypeOf<Callback<Semaphore>>().toEqualTypeOf<(this: Semaphore, error?: unknown) => void>();
    expectTypeOf<PermitOptions>().toExtend<WaitOptions>();
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
    // @ts-expect-error read only
    semaphore.available = 5;
    semaphore.capacity = 5;
  });

  it('is lockable', () => {
    expectTypeOf(createSemaphore(3)).toEqualTypeOf<Semaphore>();
    expectTypeOf<Semaphore>().toExtend<Lockable<Guard>>();
    expectTypeOf(semaphore.acquire({ permits: 2 })).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(semaphore.tryAcquire(2)).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(semaphore.sandbox(async () => 1, { permits: 2 })).toEqualTypeOf<Promise<number>>();
  });

  it('infers what wrap() makes', () => {
    const wrapped = semaphore.wrap(async (name: string, size?: number) => name.length + (size ?? 0));
    expectTypeOf(wrapped).toEqualTypeOf<(name: string, size?: number) => Promise<number>>();
    expectTypeOf(semaphore.wrap(() => 'text')).toEqualTypeOf<() => Promise<string>>();
    // @ts-expect-error the arguments of fn
    void wrapped(5);
  });

  it('infers what map() gives', () => {
    expectTypeOf(semaphore.map([1, 2], (n) => `${n}`)).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(semaphore.map(new Set(['a']), async (text, index) => text.length + index)).toEqualTypeOf<
      Promise<number[]>
    >();
    const source = {} as AsyncIterable<{ id: number }>;
    expectTypeOf(semaphore.map(source, (item) => Promise.resolve(item.id), { timeout: 5 })).toEqualTypeOf<
      Promise<number[]>
    >();
    // @ts-expect-error a number is no source
    void semaphore.map(5, () => {});
    // @ts-expect-error each item needs one permit
    void semaphore.map([1], () => {}, { permits: 2 });
  });
});
