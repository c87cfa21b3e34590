import { TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

const longest = 2 ** 31 - 1;

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

    it.each(forms)('says which primitive, which operation and how long a %s call waited', async (form) => {
      const lock = make();
      lock.block();
      const request = ask(lock, form, { timeout: 250 });
      vi.advanceTimersByTime(250);
      await rest();
      const operations: Record<string, string> = lock.operations;
      const operation = operations[form === 'callback' || form === 'promise' ? 'bare' : form];
      expect(request.reason).toBeInstanceOf(TimeoutError);
      expect(request.reason).toBeInstanceOf(Error);
      expect(request.reason).toMatchObject({
        name: 'TimeoutError',
        message: `${operation} timed out after 250 ms`,
        stack: expect.stringContaining('TimeoutError'),
      });
    });

    it.each(forms)('sets no timer for a %s call on a free lock', async (form) => {
      const lock = make();
      const request = ask(lock, form, { timeout: 100 });
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(1000);
      await rest();
      expect([request.outcomes, lock.isHeld]).toEqual([['granted'], true]);
    });

    it.each(forms)('clears the timer of a %s call in the turn of its grant', async (form) => {
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

    it.each([0, -1, Number.NEGATIVE_INFINITY, -0])('of %s takes only what is free', async (timeout) => {
      for (const form of forms) {
        const free = make();
        const lucky = ask(free, form, { timeout });
        const held = make();
        const giveBack = held.block();
        const unlucky = ask(held, form, { timeout });
        expect([free.isHeld, held.waiting, vi.getTimerCount()]).toEqual([true, 0, 0]);
        await rest();
        expect([lucky.outcome, unlucky.outcome]).toEqual(['granted', 'refused']);
        expect(unlucky.reason).toBeInstanceOf(TimeoutError);
        giveBack();
        expect(held.isHeld).toBe(false);
      }
    });

    it.each([Number.POSITIVE_INFINITY, undefined])('of %s waits for ever, without a timer', async (timeout) => {
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
      'of %s ms fires when it is due, and not before',
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

    it('is cleared by a grant also after it has been renewed', () => {
      const lock = make();
      const free = lock.block();
      ask(lock, 'acquire', { timeout: 3 * longest });
      vi.advanceTimersByTime(longest);
      vi.advanceTimersByTime(longest);
      expect(vi.getTimerCount()).toBe(1);
      free();
      expect(vi.getTimerCount()).toBe(0);
    });

    it.each(forms)('and a grant in one turn end a %s call once, the first of them counts', async (form) => {
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

    it('that is due while a release runs first does not take the hold away', async () => {
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

    it('counts from the call, whatever happens in the line before', async () => {
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

    it('does not care for the clock on the wall', async () => {
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

  describe(`${name}: timers of the runtime`, () => {
    afterEach(() => void vi.unstubAllGlobals());

    it('keep the process alive while somebody waits on them', () => {
      const lock = make();
      lock.block();
      const set = vi.spyOn(globalThis, 'setTimeout');
      ask(lock, 'acquire', { timeout: 1000 });
      const timer = set.mock.results[0]?.value as NodeJS.Timeout;
      set.mockRestore();
      expect(timer.hasRef()).toBe(true);
      lock.cancel();
    });

    it('are needed by those only who ask for a timeout', async () => {
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

/** A timeout as a bare number, in the callback form. */
export function callbackTimeoutLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: timeout as a number`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('means the same as the option', () => {
      const lock = make();
      lock.block();
      const heard: unknown[] = [];
      lock.waitWithCallback((error) => heard.push(error), 100);
      vi.advanceTimersByTime(99);
      expect(heard).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(heard).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
      expect((heard[0] as Error).message).toBe(`${lock.operations.bare} timed out after 100 ms`);
    });

    it.each([0, -5])('of %s tells before the call returns', (timeout) => {
      const lock = make();
      lock.block();
      const heard: unknown[] = [];
      lock.waitWithCallback((error) => heard.push(error), timeout);
      expect(heard).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
      expect(lock.waiting).toBe(0);
    });

    it('of Infinity sets no timer', () => {
      const lock = make();
      lock.block();
      lock.waitWithCallback(() => {}, Number.POSITIVE_INFINITY);
      expect([lock.waiting, vi.getTimerCount()]).toEqual([1, 0]);
    });

    it('tells who is let in before it once, and leaves the hold', () => {
      const lock = make();
      const free = lock.block();
      const heard: unknown[] = [];
      lock.waitWithCallback((error) => heard.push(error), 100);
      free();
      vi.advanceTimersByTime(1000);
      expect(heard).toEqual([undefined]);
      expect(lock.isHeld).toBe(true);
    });
  });
}
