import { TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';
import { timeoutMessage } from './timeout-message.ts';

/** A timeout ends a wait when it is due: not before, not after a grant, and not twice. */
export function timeoutLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: timeout`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it.each(forms)('ends a %s call when it is due, and not before', async (form) => {
      const lock = make();
      const free = lock.block();
      const request = ask(lock, form, { timeout: 100 });
      vi.advanceTimersByTime(99);
      await rest();
      expect([request.outcome, lock.waiting]).toEqual(['waiting', 1]);
      vi.advanceTimersByTime(1);
      expect([lock.waiting, lock.isHeld]).toEqual([0, true]);
      await rest();
      expect(request.outcomes).toEqual(['refused']);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('names the primitive, the operation and the time of a %s call', async (form) => {
      const lock = make();
      lock.block();
      const request = ask(lock, form, { timeout: 250 });
      vi.advanceTimersByTime(250);
      await rest();
      expect(request.reason).toBeInstanceOf(TimeoutError);
      expect(request.reason).toBeInstanceOf(Error);
      expect(request.reason).toMatchObject({
        name: 'TimeoutError',
        message: timeoutMessage(lock, form, 250),
        stack: expect.stringContaining('TimeoutError'),
      });
    });

    it.each([0, -1, Number.NEGATIVE_INFINITY, -0])('of %s succeeds only if the lock is free', async (timeout) => {
      for (const form of forms) {
        const free = make();
        const lucky = ask(free, form, { timeout });
        const held = make();
        const release = held.block();
        const unlucky = ask(held, form, { timeout });
        expect([free.isHeld, held.waiting, vi.getTimerCount()]).toEqual([true, 0, 0]);
        await rest();
        expect([lucky.outcome, unlucky.outcome]).toEqual(['granted', 'refused']);
        expect(unlucky.reason).toBeInstanceOf(TimeoutError);
        release();
        expect(held.isHeld).toBe(false);
      }
    });

    it.each(forms)('and a grant in one turn settle a %s call once; the first of them counts', async (form) => {
      const late = make();
      const freeLate = late.block();
      const timedOut = ask(late, form, { timeout: 10 });
      setTimeout(freeLate, 10);
      const early = make();
      const freeEarly = early.block();
      setTimeout(freeEarly, 20);
      const granted = ask(early, form, { timeout: 20 });
      vi.advanceTimersByTime(30);
      await rest();
      expect([timedOut.outcomes, granted.outcomes]).toEqual([['refused'], ['granted']]);
      expect([late.isHeld, early.isHeld]).toEqual([false, true]);
    });

    it('takes no hold away if a release runs before its overdue timer', async () => {
      const lock = make();
      const free = lock.block();
      const head = ask(lock, 'acquire', { timeout: 10 });
      const next = ask(lock, 'acquire', { timeout: 10 });
      vi.setSystemTime(Date.now() + 3_600_000);
      free();
      vi.advanceTimersByTime(0);
      await rest();
      expect(head.outcomes).toEqual(['granted']);
      expect(next.outcome).toBe(lock.isShared ? 'granted' : 'waiting');
    });

    it('counts from the call, whatever happens earlier in the line', async () => {
      const lock = make();
      lock.block();
      const early = ask(lock, 'acquire', { timeout: 20 });
      vi.advanceTimersByTime(10);
      const late = ask(lock, 'acquire', { timeout: 20 });
      vi.advanceTimersByTime(10);
      await rest();
      expect([early.outcome, late.outcome]).toEqual(['refused', 'waiting']);
      vi.advanceTimersByTime(10);
      await rest();
      expect(late.outcome).toBe('refused');
    });

    it('ignores changes of the system time', async () => {
      const lock = make();
      lock.block();
      const request = ask(lock, 'acquire', { timeout: 1000 });
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(999);
      await rest();
      expect(request.outcome).toBe('waiting');
      vi.advanceTimersByTime(1);
      await rest();
      expect(request.outcome).toBe('refused');
    });
  });
}
