import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

const longest = 2 ** 31 - 1;

/** The timer of a timeout: only where there is something to wait for, no longer than the wait, and for any number. */
export function timerLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: the timer of a timeout`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it.each(forms)('is not set for a %s call on a free lock', async (form) => {
      const lock = make();
      const request = ask(lock, form, { timeout: 100 });
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(1000);
      await rest();
      expect([request.outcomes, lock.isHeld]).toEqual([['granted'], true]);
    });

    it.each(forms)('is cleared in the turn of the grant of a %s call', async (form) => {
      const lock = make();
      const free = lock.block();
      const request = ask(lock, form, { timeout: 100 });
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(99);
      free();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(1000);
      await rest();
      expect([request.outcomes, lock.isHeld]).toEqual([['granted'], true]);
    });

    it.each([Number.POSITIVE_INFINITY, undefined])('is not set for %s, which waits forever', async (timeout) => {
      for (const form of forms) {
        const lock = make();
        const free = lock.block();
        const request = ask(lock, form, { timeout } as object);
        expect(vi.getTimerCount()).toBe(0);
        vi.advanceTimersByTime(longest);
        await rest();
        expect(request.outcome).toBe('waiting');
        free();
        await rest();
        expect(request.outcome).toBe('granted');
      }
    });

    it.each([longest, longest + 1, longest + 1000, 2 * longest, 2 ** 33])(
      'fires after %s ms, and not before',
      async (timeout) => {
        const lock = make();
        lock.block();
        const request = ask(lock, 'acquire', { timeout });
        for (let left = timeout - 1; left > 0; left -= longest) vi.advanceTimersByTime(Math.min(left, longest));
        await rest();
        expect([request.outcome, vi.getTimerCount()]).toEqual(['waiting', 1]);
        vi.advanceTimersByTime(1);
        await rest();
        expect(request.outcome).toBe('refused');
        expect((request.reason as Error).message).toContain(`${timeout} ms`);
        expect([lock.waiting, vi.getTimerCount()]).toEqual([0, 0]);
      },
    );

    it('is cleared by a grant even after it was renewed', () => {
      const lock = make();
      const free = lock.block();
      ask(lock, 'acquire', { timeout: 3 * longest });
      vi.advanceTimersByTime(longest);
      vi.advanceTimersByTime(longest);
      expect(vi.getTimerCount()).toBe(1);
      free();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe(`${name}: timers of the runtime`, () => {
    afterEach(() => void vi.unstubAllGlobals());

    it('keep the process alive while a timeout is pending', () => {
      const lock = make();
      lock.block();
      const set = vi.spyOn(globalThis, 'setTimeout');
      ask(lock, 'acquire', { timeout: 1000 });
      const timer = set.mock.results[0]?.value as NodeJS.Timeout;
      set.mockRestore();
      expect(timer.hasRef()).toBe(true);
      lock.cancel();
    });

    it('are needed only by calls with a timeout', async () => {
      vi.stubGlobal('setTimeout', undefined);
      const lock = make();
      const free = lock.block();
      const untimed = ask(lock, 'acquire');
      const timed = ask(lock, 'acquire', { timeout: 10 });
      expect(lock.waiting).toBe(1);
      free();
      await rest();
      expect([untimed.outcome, timed.outcome]).toEqual(['granted', 'refused']);
      expect(timed.reason).toBeInstanceOf(TypeError);
    });
  });
}
