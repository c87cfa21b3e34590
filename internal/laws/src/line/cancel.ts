import { AbortError } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { rest } from '../rest.ts';
import { lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

/** `cancel()` ends every wait, and no hold. */
export function cancelLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: cancel()`, () => {
    it('does nothing to an empty line, and ends no hold', async () => {
      const lock = make();
      lock.cancel();
      const held = ask(lock, 'acquire');
      lock.cancel();
      await rest();
      expect([held.outcomes, lock.isHeld]).toEqual([['granted'], true]);
      held.release();
      expect(lock.isHeld).toBe(false);
    });

    it('ends the waits of earlier calls, and not of later ones', async () => {
      const lock = make();
      const free = lock.block();
      const before = forms.map((form) => ask(lock, form));
      lock.cancel('now');
      const after = ask(lock, 'acquire');
      free();
      await rest();
      expect(before.map((request) => [request.outcomes, request.reason])).toEqual(
        forms.map(() => [['refused'], 'now']),
      );
      expect(after.outcomes).toEqual(['granted']);
    });

    it.skipIf(lacks(make(), 'priorities'))('ends waits of every priority', async () => {
      const lock = make();
      lock.block();
      const requests = [3, 0, -3, 3].map((priority) => ask(lock, 'acquire', { priority }));
      lock.cancel('now');
      expect(lock.waiting).toBe(0);
      await rest();
      expect(requests.map((request) => request.reason)).toEqual(['now', 'now', 'now', 'now']);
    });
  });
}

/** The reason of a signal or of `cancel()` is what the wait rejects with. */
export function reasonLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: the reason`, () => {
    const reasons = [new Error('why'), 'text', { code: 7 }, 0, null, false, '', Number.NaN];

    it.each(reasons)('%s is passed on unchanged, from a signal and from cancel()', async (reason) => {
      for (const form of forms.filter((other) => other !== 'callback')) {
        const lock = make();
        lock.block();
        const controller = new AbortController();
        const aborted = ask(lock, form, { signal: controller.signal });
        controller.abort(reason);
        const cancelled = ask(lock, form);
        lock.cancel(reason);
        await rest();
        expect(Object.is(aborted.reason, reason)).toBe(true);
        expect(Object.is(cancelled.reason, reason)).toBe(true);
      }
    });

    it('is the DOMException of the signal if abort() was called without one', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      const request = ask(lock, 'acquire', { signal: controller.signal });
      controller.abort();
      await rest();
      expect(request.reason).toBe(controller.signal.reason);
      expect(request.reason).toHaveProperty('name', 'AbortError');
    });

    it('is an AbortError if cancel() was called without one', async () => {
      for (const form of forms) {
        const lock = make();
        lock.block();
        const request = ask(lock, form);
        lock.cancel();
        await rest();
        expect(request.reason).toBeInstanceOf(AbortError);
        expect(request.reason).toMatchObject({ name: 'AbortError', message: expect.stringContaining('cancel()') });
      }
    });
  });
}
