import type { Guard } from 'valvekit';
import { describe, expect, it } from 'vitest';
import type { ScopedLockUnderTest } from './lock-under-test.ts';

/** A guard is one hold, which it releases once. */
export function guardLaws(name: string, make: () => ScopedLockUnderTest): void {
  describe(`${name}: guards`, () => {
    it('come from acquire() and from tryAcquire(), and release their hold', async () => {
      const lock = make();
      const takes = [() => lock.acquire(), async () => lock.tryAcquire() as Guard];
      for (const take of takes) {
        const guard = await take();
        expect([guard.released, lock.isHeld]).toEqual([false, true]);
        expect(guard.release()).toBe(undefined);
        expect([guard.released, lock.isHeld]).toEqual([true, false]);
      }
    });

    it('are undefined from tryAcquire() when the lock is not free', () => {
      const lock = make();
      lock.block();
      expect(lock.tryAcquire()).toBe(undefined);
      expect(lock.waiting).toBe(0);
    });

    it('do nothing when released again, even if the lock has a new holder', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard.release();
      const free = lock.block();
      guard.release();
      guard[Symbol.dispose]();
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('are released by dispose, too', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard[Symbol.dispose]();
      expect([guard.released, lock.isHeld]).toEqual([true, false]);
      guard.release();
      expect(lock.isHeld).toBe(false);
    });

    it('are released at the end of a using block, however it ends', async () => {
      const lock = make();
      {
        using guard = await lock.acquire();
        expect([guard.released, lock.isHeld]).toEqual([false, true]);
      }
      expect(lock.isHeld).toBe(false);
      const fail = async (): Promise<void> => {
        using _guard = await lock.acquire();
        throw new Error('mine');
      };
      await expect(fail()).rejects.toThrow('mine');
      expect(lock.isHeld).toBe(false);
      const leave = (): boolean => {
        using _guard = lock.tryAcquire();
        return lock.isHeld;
      };
      expect(leave()).toBe(true);
      expect(lock.isHeld).toBe(false);
      const free = lock.block();
      {
        using none = lock.tryAcquire();
        expect(none).toBe(undefined);
      }
      expect(lock.isHeld).toBe(true);
      free();
    });

    it('are released once when released by hand inside a using block', async () => {
      const lock = make();
      let free = (): void => {};
      {
        using guard = await lock.acquire();
        guard.release();
        free = lock.block();
      }
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('are no promises', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect('then' in guard).toBe(false);
      expect(await Promise.resolve(guard)).toBe(guard);
    });

    it('cannot be forged or marked', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect(() => Object.assign(guard, { released: true })).toThrow(TypeError);
      expect(() => guard.release.call({} as Guard)).toThrow(TypeError);
      expect([guard.released, lock.isHeld]).toEqual([false, true]);
    });

    it('of one lock do not affect another', async () => {
      const [one, two] = [make(), make()];
      const guard = await one.acquire();
      const other = await two.acquire();
      guard.release();
      expect([other.released, two.isHeld, one.isHeld]).toEqual([false, true, false]);
    });

    it('are granted to waiters in the order of their calls', async () => {
      const lock = make();
      const free = lock.block();
      const order: number[] = [];
      const all = [0, 1, 2, 3].map(async (i) => {
        using _guard = await lock.acquire();
        order.push(i);
      });
      free();
      await Promise.all(all);
      expect(order).toEqual([0, 1, 2, 3]);
      expect(lock.isHeld).toBe(false);
    });
  });
}
