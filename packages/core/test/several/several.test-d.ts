import {
  type AsyncLockable,
  acquireAll,
  type Guard,
  type Lockable,
  type Several,
  sandboxAll,
  tryAcquireAll,
} from '@valvekit/core';
import { Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { describe, expectTypeOf, it } from 'vitest';

describe('several locks at once', () => {
  const [mutex, semaphore, lock] = [new Mutex(), new Semaphore(3), new ReadWriteLock()];

  it('may be locks of every kind, with permits where there are some', () => {
    const list = [mutex, semaphore, lock.read, lock.write, lock.upgradable];
    expectTypeOf(list).toExtend<Several>();
    expectTypeOf(new Set<Lockable>([mutex])).toExtend<Several>();
    expectTypeOf([mutex, [semaphore, { permits: 2 }] as const]).toExtend<Several>();
    expectTypeOf(acquireAll([mutex, [semaphore, { permits: 2 }]])).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(acquireAll([[mutex, {}]], { timeout: 5, priority: 1, signal: null })).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(tryAcquireAll([])).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(sandboxAll([mutex], async () => 5)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(sandboxAll([mutex], () => {}, { timeout: 5 })).toEqualTypeOf<Promise<void>>();
  });

  it('may not be anything else', () => {
    // @ts-expect-error a list of locks
    void acquireAll(mutex);
    // @ts-expect-error a lock, not its kind
    void acquireAll([Mutex]);
    // @ts-expect-error a side, not the whole lock
    void acquireAll([lock]);
    // @ts-expect-error a lock of this thread
    void acquireAll([{} as AsyncLockable]);
    // @ts-expect-error permits are a number
    void acquireAll([[semaphore, { permits: '2' }]]);
    // @ts-expect-error permits are of one lock
    void acquireAll([semaphore], { permits: 2 });
    // @ts-expect-error fn has no arguments
    void sandboxAll([mutex], (_guard: Guard) => {});
    // @ts-expect-error a try does not wait
    tryAcquireAll([mutex], { timeout: 5 });
  });

  it('have a guard that neither upgrades nor downgrades', async () => {
    const guard = await acquireAll([lock.write]);
    // @ts-expect-error the guard is a plain one
    void guard.downgrade;
    expectTypeOf(guard).toExtend<Disposable>();
  });
});
