import { createMutex } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LockUnderTest } from './lock-under-test.ts';

/** How callbacks are called, and what they can do to others. */
export function callbackLaws(name: string, make: () => LockUnderTest): void {
  const { isShared } = make();

  describe(`${name}: a callback`, () => {
    const reported = vi.fn<(error: unknown) => void>();
    beforeEach(() => void vi.stubGlobal('reportError', reported));
    afterEach(() => {
      vi.unstubAllGlobals();
      reported.mockReset();
    });

    it('runs before the call returns if the lock is free', () => {
      const lock = make();
      const callback = vi.fn();
      expect(lock.waitWithCallback(callback)).toBe(undefined);
      expect(callback).toHaveBeenCalledOnce();
      expect(lock.isHeld).toBe(true);
    });

    it('runs inside the call that grants the lock, before that call returns', () => {
      const lock = make();
      const free = lock.block();
      const callback = vi.fn();
      expect(lock.waitWithCallback(callback)).toBe(undefined);
      expect([callback.mock.calls.length, lock.waiting]).toEqual([0, 1]);
      free();
      expect(callback).toHaveBeenCalledOnce();
      expect([lock.isHeld, lock.waiting]).toEqual([true, 0]);
    });

    it('gets the primitive as this, and no error, whenever it is granted the lock', () => {
      const lock = make();
      const calls: [unknown, unknown][] = [];
      const callback = function (this: unknown, error?: unknown): void {
        calls.push([this, error]);
        lock.unlock();
      };
      lock.waitWithCallback(callback);
      const free = lock.block();
      lock.waitWithCallback(callback);
      free();
      expect(calls).toEqual([
        [lock.primitive, undefined],
        [lock.primitive, undefined],
      ]);
    });

    it('gets the primitive as this, and only the error, however its wait is given up', () => {
      vi.useFakeTimers();
      try {
        const lock = make();
        lock.block();
        const callback = vi.fn();
        const controller = new AbortController();
        lock.waitWithCallback(callback, 10);
        lock.waitWithCallback(callback, { signal: controller.signal });
        lock.waitWithCallback(callback);
        vi.advanceTimersByTime(10);
        controller.abort('aborted');
        lock.cancel('cancelled');
        lock.waitWithCallback(callback, 0);
        lock.waitWithCallback(callback, { signal: controller.signal });
        expect(callback.mock.contexts).toEqual(Array.from({ length: 5 }, () => lock.primitive));
        expect(callback.mock.calls).toEqual([
          [expect.objectContaining({ name: 'TimeoutError' })],
          ['aborted'],
          ['cancelled'],
          [expect.objectContaining({ name: 'TimeoutError' })],
          ['aborted'],
        ]);
      } finally {
        vi.useRealTimers();
      }
    });

    it('that is queued twice is called twice', () => {
      const lock = make();
      const free = lock.block();
      const callback = vi.fn(() => lock.unlock());
      lock.waitWithCallback(callback);
      lock.waitWithCallback(callback);
      free();
      expect(callback).toHaveBeenCalledTimes(2);
      expect(lock.isHeld).toBe(false);
    });

    it('can release the lock and see it free', () => {
      const lock = make();
      const seen: unknown[] = [];
      const free = lock.block();
      lock.waitWithCallback(() => {
        seen.push(lock.isHeld, lock.waiting);
        lock.unlock();
        seen.push(lock.isHeld, lock.waiting);
      });
      free();
      expect(seen).toEqual([true, 0, false, 0]);
      expect(lock.tryTake()).toBe(true);
    });

    it('can take and release another lock, whose callback takes the first again', () => {
      const lock = make();
      const other = createMutex();
      const order: string[] = [];
      const free = lock.block();
      lock.waitWithCallback(() => {
        order.push('lock');
        other.lock(() => {
          order.push('other');
          lock.waitWithCallback(() => {
            order.push('lock again');
            lock.unlock();
          });
          other.unlock();
        });
        lock.unlock();
      });
      free();
      expect(order).toEqual(['lock', 'other', 'lock again']);
      expect([lock.isHeld, other.isLocked]).toEqual([false, false]);
    });

    it('can release a chain of other locks, each inside the one before', () => {
      const locks = Array.from({ length: 100 }, make);
      const frees = locks.map((lock) => lock.block());
      const order: number[] = [];
      locks.forEach((lock, i) => {
        lock.waitWithCallback(() => {
          order.push(i);
          lock.unlock();
          frees[i + 1]?.();
        });
      });
      frees[0]?.();
      expect(order).toEqual(locks.map((_, i) => i));
      expect(locks.map((lock) => lock.isHeld)).toEqual(locks.map(() => false));
    });

    it('can cancel the waiters behind it', () => {
      const lock = make();
      const free = lock.block();
      const errors: unknown[] = [];
      lock.waitWithCallback(() => {
        lock.cancel('over');
        lock.unlock();
      });
      for (let i = 0; i < 3; i++) {
        lock.waitWithCallback((error) => {
          errors.push(error);
          if (error === undefined) lock.unlock();
        });
      }
      free();
      // Waiters that are admitted together are admitted before any of their callbacks runs.
      expect(errors).toEqual(isShared ? [undefined, undefined, undefined] : ['over', 'over', 'over']);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('may be any function: bound, async, generator, proxy', () => {
      const lock = make();
      const free = lock.block();
      const called: string[] = [];
      const plain = (who: string) => {
        called.push(who);
        lock.unlock();
      };
      lock.waitWithCallback(plain.bind(undefined, 'bound'));
      lock.waitWithCallback((async () => plain('async')) as () => void);
      lock.waitWithCallback(new Proxy(() => plain('proxy'), {}));
      free();
      expect(called).toEqual(['bound', 'async', 'proxy']);
    });
  });
}
