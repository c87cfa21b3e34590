import type { WaitOptions } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../collect.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';

/** A wait that has ended leaves nothing in memory. */
export function garbageLaws(name: string, make: () => ScopedLockUnderTest): void {
  describe(`${name}: garbage`, () => {
    // The lock, and whatever else is passed, must outlive the collection.
    const remains = async (
      lock: ScopedLockUnderTest,
      options: WaitOptions,
      end: () => void,
      ...keptAlive: unknown[]
    ): Promise<unknown[]> => {
      const refs = [0, 1, 2].map(() => {
        const fn = (): number => 1;
        lock.sandbox(fn, options).catch(() => {});
        return new WeakRef(fn);
      });
      end();
      await collect(refs);
      expect([lock.waiting, keptAlive.length]).toEqual([0, keptAlive.length]);
      return refs.map((ref) => ref.deref());
    };

    it('of sandboxes that have ended is collected while the lock lives', async () => {
      const lock = make();
      const free = lock.block();
      expect(await remains(lock, {}, free)).toEqual([undefined, undefined, undefined]);
    });

    it('of sandboxes that gave up is collected while the lock is held and the signal lives', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      expect(await remains(lock, { signal }, () => controller.abort(), signal, free)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(lock.isHeld).toBe(true);
    });

    it('of sandboxes that were cancelled is collected while their signal lives', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      const kept = [signal, free];
      expect(await remains(lock, { signal, timeout: 1e6 }, () => lock.cancel(), kept)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(signal.aborted).toBe(false);
    });

    it('of a lock that nothing refers to is collected with its waiters', async () => {
      const ref = (() => {
        const lock = make();
        lock.block();
        void lock.sandbox(() => {});
        return new WeakRef(lock.primitive);
      })();
      await collect([ref]);
      expect(ref.deref()).toBe(undefined);
    });
  });
}

/** The same for waiting callbacks. */
export function callbackGarbageLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: garbage of callbacks`, () => {
    it('that were granted the lock is collected while the hold lasts', async () => {
      const lock = make();
      const free = lock.block();
      const ref = (() => {
        const callback = (): void => {};
        lock.waitWithCallback(callback);
        return new WeakRef(callback);
      })();
      free();
      await collect([ref]);
      expect(ref.deref()).toBe(undefined);
      expect(lock.isHeld).toBe(true);
    });

    it('that gave up is collected while others wait on the same signal', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      const enter = (timeout?: number): WeakRef<() => void> => {
        const callback = (): void => {};
        lock.waitWithCallback(callback, timeout === undefined ? { signal } : { signal, timeout });
        return new WeakRef(callback);
      };
      vi.useFakeTimers();
      const refs = [enter(), enter(10), enter(), enter(10)];
      vi.advanceTimersByTime(10);
      vi.useRealTimers();
      await collect(refs.filter((_, index) => index % 2 === 1));
      expect(refs.map((ref) => ref.deref() === undefined)).toEqual([false, true, false, true]);
      expect([lock.waiting, signal.aborted]).toEqual([2, false]);
    });
  });
}
