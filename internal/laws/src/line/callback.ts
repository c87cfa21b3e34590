import { AsyncLocalStorage } from 'node:async_hooks';
import { createMutex } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import { thenable } from '../thenable.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';

/** Waiting callbacks: how they are called, and what they can do to others. */
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

    it('runs inside the call that lets it in, before that call returns', () => {
      const lock = make();
      const free = lock.block();
      const callback = vi.fn();
      expect(lock.waitWithCallback(callback)).toBe(undefined);
      expect([callback.mock.calls.length, lock.waiting]).toEqual([0, 1]);
      free();
      expect(callback).toHaveBeenCalledOnce();
      expect([lock.isHeld, lock.waiting]).toEqual([true, 0]);
    });

    it('has the primitive as this, and no error, whenever it is let in', () => {
      const lock = make();
      const calls: [unknown, unknown][] = [];
      const callback = function (this: unknown, error?: unknown): void {
        calls.push([this, error]);
        lock.giveBack();
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

    it('has the primitive as this, and the error alone, however it gives up', () => {
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

    it('that throws at once throws to its caller, who still has the lock', () => {
      const lock = make();
      const error = new Error('mine');
      expect(() =>
        lock.waitWithCallback(() => {
          throw error;
        }),
      ).toThrow(error);
      expect(lock.isHeld).toBe(true);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
      expect(reported).not.toHaveBeenCalled();
    });

    it('that throws at once in its refusal throws to its caller, too', () => {
      const lock = make();
      const free = lock.block();
      const error = new Error('mine');
      expect(() =>
        lock.waitWithCallback(() => {
          throw error;
        }, 0),
      ).toThrow(error);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('that throws later is reported once, and not to who lets it in', () => {
      const lock = make();
      const free = lock.block();
      const error = new Error('mine');
      lock.waitWithCallback(() => {
        lock.giveBack();
        throw error;
      });
      const behind = vi.fn();
      lock.waitWithCallback(behind);
      expect(free).not.toThrow();
      expect(reported.mock.calls).toEqual([[error]]);
      expect(behind.mock.calls).toEqual([[]]);
      expect(lock.isHeld).toBe(true);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
    });

    it('that throws before it gives back keeps the lock, and leaves it usable', () => {
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(() => {
        throw new Error('mine');
      });
      free();
      expect(lock.isHeld).toBe(true);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
    });

    it('that throws while all give up does not keep the others from hearing', () => {
      const lock = make();
      lock.block();
      const errors = [new Error('1'), undefined, Object.freeze(thenable(() => expect.unreachable()))];
      for (const error of errors) {
        lock.waitWithCallback(() => {
          throw error;
        });
      }
      const last = vi.fn();
      lock.waitWithCallback(last);
      lock.cancel('all');
      expect(reported.mock.calls).toEqual(errors.map((error) => [error]));
      expect(last.mock.calls).toEqual([['all']]);
    });

    it('that is queued twice is called twice', () => {
      const lock = make();
      const free = lock.block();
      const callback = vi.fn(() => lock.giveBack());
      lock.waitWithCallback(callback);
      lock.waitWithCallback(callback);
      free();
      expect(callback).toHaveBeenCalledTimes(2);
      expect(lock.isHeld).toBe(false);
    });

    it('can give the lock back and see it free', () => {
      const lock = make();
      const seen: unknown[] = [];
      const free = lock.block();
      lock.waitWithCallback(() => {
        seen.push(lock.isHeld, lock.waiting);
        lock.giveBack();
        seen.push(lock.isHeld, lock.waiting);
      });
      free();
      expect(seen).toEqual([true, 0, false, 0]);
      expect(lock.tryTake()).toBe(true);
    });

    it('can take and give back another lock, whose callback takes the first again', () => {
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
            lock.giveBack();
          });
          other.unlock();
        });
        lock.giveBack();
      });
      free();
      expect(order).toEqual(['lock', 'other', 'lock again']);
      expect([lock.isHeld, other.isLocked]).toEqual([false, false]);
    });

    it('can wake a chain of other locks, each inside the one before', () => {
      const locks = Array.from({ length: 100 }, make);
      const frees = locks.map((lock) => lock.block());
      const order: number[] = [];
      locks.forEach((lock, i) => {
        lock.waitWithCallback(() => {
          order.push(i);
          lock.giveBack();
          frees[i + 1]?.();
        });
      });
      frees[0]?.();
      expect(order).toEqual(locks.map((_, i) => i));
      expect(locks.map((lock) => lock.isHeld)).toEqual(locks.map(() => false));
    });

    it('can cancel those who wait behind it', () => {
      const lock = make();
      const free = lock.block();
      const heard: unknown[] = [];
      lock.waitWithCallback(() => {
        lock.cancel('over');
        lock.giveBack();
      });
      for (let i = 0; i < 3; i++) {
        lock.waitWithCallback((error) => {
          heard.push(error);
          if (error === undefined) lock.giveBack();
        });
      }
      free();
      // Those let in together are let in before any of their callbacks runs.
      expect(heard).toEqual(isShared ? [undefined, undefined, undefined] : ['over', 'over', 'over']);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('may be any function: bound, async, generator, proxy', () => {
      const lock = make();
      const free = lock.block();
      const called: string[] = [];
      const plain = (who: string) => {
        called.push(who);
        lock.giveBack();
      };
      lock.waitWithCallback(plain.bind(undefined, 'bound'));
      lock.waitWithCallback((async () => plain('async')) as () => void);
      lock.waitWithCallback(new Proxy(() => plain('proxy'), {}));
      free();
      expect(called).toEqual(['bound', 'async', 'proxy']);
    });

    it('that is a class is reported as the TypeError that calling it throws', () => {
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(class {} as never);
      free();
      expect(reported.mock.calls).toEqual([[expect.any(TypeError)]]);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
    });

    it('runs in the async context of who queued it', () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      const free = storage.run('holder', () => lock.block());
      const seen: unknown[] = [];
      for (const who of ['a', 'b', undefined]) {
        const enter = (): void =>
          lock.waitWithCallback(() => {
            seen.push(storage.getStore());
            lock.giveBack();
          });
        if (who === undefined) enter();
        else storage.run(who, enter);
      }
      storage.run('holder', free);
      expect(seen).toEqual(['a', 'b', undefined]);
    });

    it('hears of its refusal in the async context of who queued it', () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      lock.block();
      const seen: unknown[] = [];
      storage.run('a', () => lock.waitWithCallback(() => seen.push(storage.getStore())));
      storage.run('b', () => lock.cancel());
      expect(seen).toEqual(['a']);
    });
  });
}

/** The scoped layer and the promises, in the async context of who asked. */
export function asyncContextLaws(name: string, make: () => ScopedLockUnderTest): void {
  describe(`${name}: async context`, () => {
    it('is that of who asked, in a waiting sandbox and after a waiting acquire', async () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      const free = storage.run('holder', () => lock.block());
      const seen: unknown[] = [];
      const sandboxed = storage.run('sandbox', () =>
        lock.sandbox(async () => {
          seen.push(storage.getStore());
          await rest();
          seen.push(storage.getStore());
        }),
      );
      const acquired = storage.run('acquire', async () => {
        const guard = await lock.acquire();
        seen.push(storage.getStore());
        guard.release();
      });
      storage.run('holder', free);
      await Promise.all([sandboxed, acquired]);
      expect(new Set(seen)).toEqual(new Set(['acquire', 'sandbox']));
      expect(seen).toHaveLength(3);
    });
  });
}
