import { getEventListeners } from 'node:events';
import { TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import { exits } from './exits.ts';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { moments } from './moments.ts';
import { ask, type Form, formsOf, serveAll } from './request.ts';

/** A waiter that gives up settles once and immediately, and changes nothing for the others. */
export function givingUpLaws(name: string, make: () => ScopedLockUnderTest): void {
  const { isShared } = make();
  const forms = formsOf(make());

  describe(`${name}: giving up`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    const cells = exits.flatMap((exit) => moments.flatMap((moment) => forms.map((form) => ({ exit, moment, form }))));

    it.each(cells)('settles a $form call once when $exit.name comes $moment.name', async ({ exit, moment, form }) => {
      for (const leaver of [0, 1, 2]) {
        const lock = make();
        const free = lock.block();
        const { options, leave } = exit.prepare(lock);
        const requests = [0, 1, 2].map((index) => ask(lock, form, options(index)));
        const batch = isShared ? requests.length : 1;
        const granted = await moment.play({ requests, batch, free, leave: () => leave(leaver) });
        const expected = requests.map((request, index) =>
          !granted.includes(request) && exit.includes(index, leaver) ? 'refused' : 'granted',
        );
        if (moment.isHeld) {
          expect(lock.waiting).toBe(expected.filter((outcome) => outcome === 'granted').length);
          await rest();
          expect(requests.map((request) => request.outcome)).toEqual(
            expected.map((outcome) => (outcome === 'refused' ? 'refused' : 'waiting')),
          );
          free();
        }
        await serveAll(requests);
        expect(requests.map((request) => request.outcomes)).toEqual(expected.map((outcome) => [outcome]));
        for (const request of requests) {
          if (request.outcome === 'refused') expect(request.reason).toHaveProperty('name', exit.error);
        }
        expect([lock.isHeld, lock.waiting, vi.getTimerCount()]).toEqual([false, 0, 0]);
        expect(getEventListeners(options(leaver).signal ?? new EventTarget(), 'abort')).toEqual([]);
        expect(lock.tryAcquire()).not.toBe(undefined);
      }
    });

    it.each(forms)('leaves nothing to hand the lock to when all %s waiters have given up', (form) => {
      const lock = make();
      const free = lock.block();
      for (let i = 0; i < 5; i++) ask(lock, form);
      lock.cancel();
      expect([lock.waiting, lock.isHeld]).toEqual([0, true]);
      free();
      expect(lock.isHeld).toBe(false);
      expect(lock.tryAcquire()).not.toBe(undefined);
    });

    it('keeps the order of the rest', async () => {
      const lock = make();
      const free = lock.block();
      const leaving = new Set([0, 3, 4, 9]);
      const controller = new AbortController();
      const requests = Array.from({ length: 10 }, (_, i) =>
        ask(lock, forms[i % forms.length] as Form, leaving.has(i) ? { signal: controller.signal } : {}),
      );
      controller.abort();
      expect(lock.waiting).toBe(6);
      free();
      const served = await serveAll(requests);
      expect(served.map((request) => requests.indexOf(request))).toEqual([1, 2, 5, 6, 7, 8]);
    });

    it('removes the right one of two waiters that look the same', async () => {
      const lock = make();
      const free = lock.block();
      const [first, second] = [new AbortController(), new AbortController()];
      const options = [first.signal, second.signal, first.signal, second.signal].map((signal) => ({ signal }));
      const requests = options.map((option) => ask(lock, 'acquire', option));
      second.abort();
      free();
      await serveAll(requests);
      expect(requests.map((request) => request.outcome)).toEqual(['granted', 'refused', 'granted', 'refused']);
    });

    it('changes nothing for the holder, however many waiters come and go', async () => {
      const lock = make();
      const free = lock.block();
      for (let i = 0; i < 1000; i++) {
        const controller = new AbortController();
        const request = ask(lock, 'acquire', { signal: controller.signal });
        controller.abort('no');
        expect(lock.waiting).toBe(0);
        await Promise.resolve();
        await Promise.resolve();
        expect(request.outcome).toBe('refused');
      }
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('settles a %s call once when timeout and abort coincide', async (form) => {
      for (const isAbortFirst of [true, false]) {
        const lock = make();
        const free = lock.block();
        const controller = new AbortController();
        const request = ask(lock, form, { timeout: 10, signal: controller.signal });
        if (isAbortFirst) controller.abort('aborted');
        vi.advanceTimersByTime(10);
        controller.abort('aborted');
        await rest();
        expect(request.outcomes).toEqual(['refused']);
        if (isAbortFirst) expect(request.reason).toBe('aborted');
        else expect(request.reason).toBeInstanceOf(TimeoutError);
        const listeners = getEventListeners(controller.signal, 'abort');
        expect([lock.waiting, vi.getTimerCount(), listeners.length]).toEqual([0, 0, 0]);
        free();
        expect(lock.isHeld).toBe(false);
      }
    });
  });
}
