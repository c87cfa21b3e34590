import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import { lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

type Ending = (lock: ScopedLockUnderTest, free: () => void, controller: AbortController) => void;

const endings: readonly [title: string, end: Ending][] = [
  ['a grant', (_, free) => free()],
  ['a timeout', () => vi.advanceTimersByTime(100)],
  ['an abort', (_lock, _free, controller) => controller.abort()],
  ['a cancel', (lock) => lock.cancel()],
];

/** A wait that has ended leaves no listener and no timer behind. */
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

    for (const form of forms) {
      it.each(endings)(`has removed listener and timer of a ${form} call when %s returns`, (_, end) => {
        const lock = make();
        const free = lock.block();
        const controller = new AbortController();
        ask(lock, form, { signal: controller.signal, timeout: 100 });
        expect([listeners(controller.signal), vi.getTimerCount(), lock.waiting]).toEqual([1, 1, 1]);
        end(lock, free, controller);
        expect([listeners(controller.signal), vi.getTimerCount(), lock.waiting]).toEqual([0, 0, 0]);
      });
    }

    ifShared('adds one listener to a signal, however many waiters in however many locks share it', async () => {
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
        request.release();
      }
      expect(any).not.toHaveBeenCalled();
      any.mockRestore();
    });

    ifShared('keeps the listener until the last waiter of the signal has left', () => {
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
}
