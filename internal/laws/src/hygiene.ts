import { getEventListeners } from 'node:events';
import type { WaitOptions } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect } from './collect.ts';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf, rest } from './request.ts';

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** Whoever has left leaves no listener, no timer and no memory behind. */
export function hygieneLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());
  const ifShared = it.skipIf(lacks(make(), 'shared listeners'));

  describe(`${name}: hygiene`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it.each(forms)('adds nothing to a signal for a %s call on a free lock', async (form) => {
      const lock = make();
      const { signal } = new AbortController();
      const add = vi.spyOn(signal, 'addEventListener');
      ask(lock, form, { signal, timeout: 100 });
      await rest();
      expect([add.mock.calls.length, listeners(signal), vi.getTimerCount()]).toEqual([0, 0, 0]);
    });

    const endings: [string, (lock: ScopedLockUnderTest, free: () => void, controller: AbortController) => void][] = [
      ['a grant', (_, free) => free()],
      ['a timeout', () => vi.advanceTimersByTime(100)],
      ['an abort', (_lock, _free, controller) => controller.abort()],
      ['a cancel', (lock) => lock.cancel()],
    ];
    for (const form of forms) {
      it.each(endings)(`has taken listener and timer of a ${form} call away when %s returns`, (_, end) => {
        const lock = make();
        const free = lock.block();
        const controller = new AbortController();
        ask(lock, form, { signal: controller.signal, timeout: 100 });
        expect([listeners(controller.signal), vi.getTimerCount(), lock.waiting]).toEqual([1, 1, 1]);
        end(lock, free, controller);
        expect([listeners(controller.signal), vi.getTimerCount(), lock.waiting]).toEqual([0, 0, 0]);
      });
    }

    ifShared('adds one listener to a signal, however many wait on it in however many locks', async () => {
      const locks = [make(), make()];
      const frees = locks.map((lock) => lock.block());
      const controller = new AbortController();
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
      for (let i = 0; i < 20; i++) {
        for (const lock of locks) ask(lock, 'acquire', { signal: controller.signal });
      }
      expect(listeners(controller.signal)).toBe(1);
      frees[0]?.();
      expect(listeners(controller.signal)).toBe(1);
      controller.abort();
      expect(listeners(controller.signal)).toBe(0);
      await rest();
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    });

    it('leaves a signal as it was, however many waits it outlives', async () => {
      const lock = make();
      const { signal } = new AbortController();
      const any = vi.spyOn(AbortSignal, 'any');
      for (let i = 0; i < 1000; i++) {
        const free = lock.block();
        const request = ask(lock, 'acquire', { signal });
        expect(listeners(signal)).toBe(1);
        free();
        expect(listeners(signal)).toBe(0);
        await rest();
        request.giveBack();
      }
      expect(any).not.toHaveBeenCalled();
      any.mockRestore();
    });

    ifShared('keeps the listener of those who still wait when others leave', () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      const own = [0, 1, 2].map((i) => ask(lock, 'acquire', { signal: controller.signal, timeout: 10 + i }));
      for (const left of [2, 1, 0]) {
        vi.advanceTimersToNextTimer();
        expect([listeners(controller.signal), lock.waiting]).toEqual([left > 0 ? 1 : 0, left]);
      }
      expect(own).toHaveLength(3);
    });

    it('adds neither timer nor listener without a timeout or a signal', () => {
      const lock = make();
      lock.block();
      for (const form of forms) ask(lock, form);
      expect([vi.getTimerCount(), lock.waiting]).toEqual([0, forms.length]);
    });
  });

  describe(`${name}: garbage`, () => {
    // The signal and the lock live on while the waiter's parts are looked for.
    const remains = async (
      lock: ScopedLockUnderTest,
      options: WaitOptions,
      end: () => void,
      ...keptAlive: unknown[]
    ): Promise<unknown[]> => {
      const refs = [0, 1, 2].map(() => {
        const fn = (): number => 1;
        lock.sandbox(fn, options).catch(() => {});
        return new WeakRef(fn);
      });
      end();
      await collect(refs);
      expect([lock.waiting, keptAlive.length]).toEqual([0, keptAlive.length]);
      return refs.map((ref) => ref.deref());
    };

    it('of sandboxes that have ended is collected while the lock lives', async () => {
      const lock = make();
      const free = lock.block();
      expect(await remains(lock, {}, free)).toEqual([undefined, undefined, undefined]);
    });

    it('of sandboxes that gave up is collected while the lock is held and the signal lives', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      expect(await remains(lock, { signal }, () => controller.abort(), signal, free)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(lock.isHeld).toBe(true);
    });

    it('of sandboxes that were cancelled is collected while their signal lives', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      const kept = [signal, free];
      expect(await remains(lock, { signal, timeout: 1e6 }, () => lock.cancel(), kept)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(signal.aborted).toBe(false);
    });

    it('of a lock that nobody knows any more is collected with its waiters', async () => {
      const ref = (() => {
        const lock = make();
        lock.block();
        void lock.sandbox(() => {});
        return new WeakRef(lock.primitive);
      })();
      await collect([ref]);
      expect(ref.deref()).toBe(undefined);
    });
  });
}

/** The same for waiting callbacks. */
export function callbackHygieneLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: garbage of callbacks`, () => {
    it('that were let in is collected while the hold lasts', async () => {
      const lock = make();
      const free = lock.block();
      const ref = (() => {
        const callback = (): void => {};
        lock.waitWithCallback(callback);
        return new WeakRef(callback);
      })();
      free();
      await collect([ref]);
      expect(ref.deref()).toBe(undefined);
      expect(lock.isHeld).toBe(true);
    });

    it('that gave up is collected while others wait on the same signal', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      const { signal } = controller;
      const enter = (timeout?: number): WeakRef<() => void> => {
        const callback = (): void => {};
        lock.waitWithCallback(callback, timeout === undefined ? { signal } : { signal, timeout });
        return new WeakRef(callback);
      };
      vi.useFakeTimers();
      const refs = [enter(), enter(10), enter(), enter(10)];
      vi.advanceTimersByTime(10);
      vi.useRealTimers();
      await collect(refs.filter((_, index) => index % 2 === 1));
      expect(refs.map((ref) => ref.deref() === undefined)).toEqual([false, true, false, true]);
      expect([lock.waiting, signal.aborted]).toEqual([2, false]);
    });
  });
}
