import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LockUnderTest } from './lock-under-test.ts';
import { timeoutMessage } from './timeout-message.ts';

/** A timeout as a bare number, in the callback form. */
export function callbackTimeoutLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: timeout as a number`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('means the same as the option', () => {
      const lock = make();
      lock.block();
      const errors: unknown[] = [];
      lock.waitWithCallback((error) => errors.push(error), 100);
      vi.advanceTimersByTime(99);
      expect(errors).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(errors).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
      expect((errors[0] as Error).message).toBe(timeoutMessage(lock, 'callback', 100));
    });

    it.each([0, -5])('of %s calls the callback before the call returns', (timeout) => {
      const lock = make();
      lock.block();
      const errors: unknown[] = [];
      lock.waitWithCallback((error) => errors.push(error), timeout);
      expect(errors).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
      expect(lock.waiting).toBe(0);
    });

    it('of Infinity sets no timer', () => {
      const lock = make();
      lock.block();
      lock.waitWithCallback(() => {}, Number.POSITIVE_INFINITY);
      expect([lock.waiting, vi.getTimerCount()]).toEqual([1, 0]);
    });

    it('does not call again, or end the hold, if the grant came first', () => {
      const lock = make();
      const free = lock.block();
      const errors: unknown[] = [];
      lock.waitWithCallback((error) => errors.push(error), 100);
      free();
      vi.advanceTimersByTime(1000);
      expect(errors).toEqual([undefined]);
      expect(lock.isHeld).toBe(true);
    });
  });
}
