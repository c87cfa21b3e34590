import { AbortError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outcomes } from '../outcomes.ts';
import type { LockUnderTest } from './lock-under-test.ts';

/** Giving up in the callback form, and what those callbacks do to other waiters. */
export function callbackGivingUpLaws(name: string, make: () => LockUnderTest): void {
  const { isShared } = make();

  describe(`${name}: giving up, with callbacks`, () => {
    let outcomes = new Outcomes();
    beforeEach(() => {
      outcomes = new Outcomes();
    });
    afterEach(() => void vi.useRealTimers());

    it.each([0, null, false, '', Number.NaN, undefined])(
      'passes a falsy reason, %s, as the cause of an AbortError',
      (reason) => {
        const lock = make();
        lock.block();
        const errors: unknown[] = [];
        lock.waitWithCallback((error) => errors.push(error));
        lock.waitWithCallback((error) => errors.push(error), { signal: abortedWith(reason) });
        lock.cancel(reason);
        expect(errors).toHaveLength(2);
        for (const error of errors) expect(error).toBeInstanceOf(AbortError);
        if (reason !== undefined) expect(errors.map((error) => (error as Error).cause)).toEqual([reason, reason]);
      },
    );

    it('passes a truthy reason unchanged, inside the call that ended the wait', () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      lock.waitWithCallback(outcomes.note('a'), { signal: controller.signal });
      controller.abort('aborted');
      lock.waitWithCallback(outcomes.note('b'));
      lock.cancel('cancelled');
      expect(outcomes.log).toEqual(['a: aborted', 'b: cancelled']);
    });

    it('never admits a waiter of an aborted signal when the callback of another one releases the lock', () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      lock.waitWithCallback(outcomes.note('a', free), { signal: controller.signal });
      lock.waitWithCallback(outcomes.note('b'), { signal: controller.signal });
      controller.abort('no');
      expect(outcomes.log).toEqual(['a: no', 'b: no']);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('refuses a waiter whose signal is aborted in the callback of the one before it', () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      lock.waitWithCallback(() => {
        controller.abort('too late for a reader');
        lock.unlock();
      });
      lock.waitWithCallback(outcomes.note('b'), { signal: controller.signal });
      free();
      // Waiters that are admitted together are admitted before any of their callbacks runs.
      expect(outcomes.log).toEqual([isShared ? 'b' : 'b: too late for a reader']);
      if (isShared) lock.unlock();
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('puts a caller that asks again when it is refused at the end of the line', () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const enter = (who: string): void => lock.waitWithCallback(outcomes.note(who, () => lock.unlock()));
      lock.waitWithCallback(
        outcomes.note('a', () => enter('a again')),
        { signal: controller.signal },
      );
      enter('b');
      controller.abort('no');
      expect(lock.waiting).toBe(2);
      free();
      expect(outcomes.log).toEqual(['a: no', 'b', 'a again']);
    });

    it('decides all outcomes of a cancel() before the first callback runs', () => {
      const lock = make();
      lock.block();
      const seen: number[] = [];
      for (let i = 0; i < 3; i++) lock.waitWithCallback(() => seen.push(lock.waiting));
      lock.cancel();
      expect(seen).toEqual([0, 0, 0]);
    });

    it('lets a callback that waits again return before the next one is told', () => {
      const lock = make();
      lock.block();
      const log: string[] = [];
      lock.waitWithCallback(() => {
        log.push('a begins');
        lock.waitWithCallback(() => {});
        log.push('a ends');
      });
      lock.waitWithCallback(() => log.push('b'));
      lock.cancel('now');
      expect(log).toEqual(['a begins', 'a ends', 'b']);
    });

    it('keeps a waiter that joins in the callback of a cancel()', () => {
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(outcomes.note('a', () => lock.waitWithCallback(outcomes.note('a again'))));
      lock.cancel('now');
      expect([outcomes.log, lock.waiting]).toEqual([['a: now'], 1]);
      free();
      expect(outcomes.log).toEqual(['a: now', 'a again']);
    });

    it('refuses a newcomer whose signal is aborted while callbacks of an earlier abort run', () => {
      const lock = make();
      const free = lock.block();
      const [first, newcomer] = [new AbortController(), new AbortController()];
      first.signal.addEventListener('abort', () => {
        lock.waitWithCallback(outcomes.note('newcomer'), { signal: newcomer.signal });
      });
      lock.waitWithCallback(
        outcomes.note('first', () => newcomer.abort('second thoughts')),
        { signal: first.signal },
      );
      first.abort('no');
      expect(outcomes.log).toEqual(['first: no', 'newcomer: second thoughts']);
      expect(lock.waiting).toBe(0);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('takes no hold away when the callback of a timeout releases the lock', () => {
      vi.useFakeTimers();
      const lock = make();
      const free = lock.block();
      lock.waitWithCallback(outcomes.note('a', free), 10);
      lock.waitWithCallback(outcomes.note('b'), 20);
      vi.advanceTimersByTime(100);
      expect(outcomes.log).toEqual(['a: TimeoutError', 'b']);
      expect(lock.isHeld).toBe(true);
    });
  });
}

function abortedWith(reason: unknown): AbortSignal {
  const controller = new AbortController();
  controller.abort(reason);
  // An abort without a reason makes one; only a foreign signal has none.
  if (reason === undefined) Object.defineProperty(controller.signal, 'reason', { value: undefined });
  return controller.signal;
}
