import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { thenable } from '../thenable.ts';
import type { LockUnderTest } from './lock-under-test.ts';

/** What a callback throws reaches its own caller, or is reported; never whoever released the lock. */
export function callbackErrorLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: a callback that throws`, () => {
    const reported = vi.fn<(error: unknown) => void>();
    beforeEach(() => void vi.stubGlobal('reportError', reported));
    afterEach(() => {
      vi.unstubAllGlobals();
      reported.mockReset();
    });

    it('inside its own call throws to its caller, which still holds the lock', () => {
      const lock = make();
      const error = new Error('mine');
      expect(() =>
        lock.waitWithCallback(() => {
          throw error;
        }),
      ).toThrow(error);
      expect(lock.isHeld).toBe(true);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
      expect(reported).not.toHaveBeenCalled();
    });

    it('inside its own call when it is refused throws to its caller, too', () => {
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

    it('later is reported once, and does not throw into the release', () => {
      const lock = make();
      const free = lock.block();
      const error = new Error('mine');
      lock.waitWithCallback(() => {
        lock.unlock();
        throw error;
      });
      const behind = vi.fn();
      lock.waitWithCallback(behind);
      expect(free).not.toThrow();
      expect(reported.mock.calls).toEqual([[error]]);
      expect(behind.mock.calls).toEqual([[]]);
      expect(lock.isHeld).toBe(true);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
    });

    it('before it releases keeps the lock, and leaves it usable', () => {
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(() => {
        throw new Error('mine');
      });
      free();
      expect(lock.isHeld).toBe(true);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
    });

    it('while every wait ends does not stop the other callbacks', () => {
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

    it('because it is a class is reported as the TypeError that calling it throws', () => {
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(class {} as never);
      free();
      expect(reported.mock.calls).toEqual([[expect.any(TypeError)]]);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
    });
  });
}
