import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

/** A signal of another library, which runs user code when we begin to listen. */
export function signalThatRuns(code: () => void): AbortSignal {
  return { aborted: false, addEventListener: code, removeEventListener() {} } as unknown as AbortSignal;
}

/** An aborted signal is never granted anything, from the moment it is aborted. */
export function abortLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: an aborted signal`, () => {
    it.each(forms)('refuses a %s call on a free lock', async (form) => {
      const lock = make();
      const request = ask(lock, form, { signal: AbortSignal.abort('no') });
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
      await rest();
      expect([request.outcomes, request.reason]).toEqual([['refused'], 'no']);
      expect(lock.tryAcquire()).not.toBe(undefined);
    });

    it.each(forms)('refuses a %s call on a held lock, without a listener', async (form) => {
      const lock = make();
      const free = lock.block();
      const signal = AbortSignal.abort('no');
      const add = vi.spyOn(signal, 'addEventListener');
      const request = ask(lock, form, { signal, timeout: 0 });
      expect(lock.waiting).toBe(0);
      await rest();
      expect([request.outcomes, request.reason]).toEqual([['refused'], 'no']);
      expect(add).not.toHaveBeenCalled();
      free();
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('does not affect a %s call that got a free lock', async (form) => {
      const lock = make();
      const controller = new AbortController();
      const request = ask(lock, form, { signal: controller.signal });
      controller.abort();
      await rest();
      expect(request.outcomes).toEqual(['granted']);
      expect(lock.isHeld).toBe(true);
    });

    it.each(forms)('refuses a %s call when it aborts while we begin to listen', async (form) => {
      const lock = make();
      lock.block();
      const ahead = ask(lock, 'acquire');
      const signal = signalThatRuns(() => Object.assign(signal, { aborted: true, reason: 'no' }));
      const request = ask(lock, form, { signal });
      expect(lock.waiting).toBe(1);
      await rest();
      expect([request.outcomes, request.reason]).toEqual([['refused'], 'no']);
      expect(ahead.outcomes).toEqual([]);
    });

    it.each(forms)('may release the lock while a %s call begins to listen', async (form) => {
      const lock = make();
      const signal = signalThatRuns(lock.block());
      const request = ask(lock, form, { signal });
      expect(lock.waiting).toBe(0);
      await rest();
      expect(request.outcomes).toEqual(['granted']);
    });

    it('refuses at the moment of granting, even if its listeners never run', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
      const requests = forms.map((form) => ask(lock, form, { signal: controller.signal }));
      const behind = ask(lock, 'acquire');
      controller.abort('no');
      expect(lock.waiting).toBe(requests.length + 1);
      free();
      expect(lock.waiting).toBe(0);
      await rest();
      expect(requests.map((request) => request.outcomes)).toEqual(forms.map(() => ['refused']));
      expect(requests.map((request) => request.reason)).toEqual(forms.map(() => 'no'));
      expect(behind.outcome).toBe('granted');
    });

    it('refuses its waiters when a listener before ours releases the lock', async () => {
      for (const form of forms) {
        const lock = make();
        const free = lock.block();
        const controller = new AbortController();
        controller.signal.addEventListener('abort', free);
        const aborted = [0, 1].map(() => ask(lock, form, { signal: controller.signal }));
        const behind = ask(lock, form);
        controller.abort('no');
        await rest();
        expect(aborted.map((request) => [request.outcomes, request.reason])).toEqual([
          [['refused'], 'no'],
          [['refused'], 'no'],
        ]);
        expect(behind.outcomes).toEqual(['granted']);
        expect(lock.waiting).toBe(0);
      }
    });

    it('refuses its waiters when a listener after ours releases the lock', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const aborted = ask(lock, 'acquire', { signal: controller.signal });
      controller.signal.addEventListener('abort', free);
      controller.abort('no');
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
      await rest();
      expect([aborted.outcomes, aborted.reason]).toEqual([['refused'], 'no']);
    });

    it('gives its waiters its own reason, even when a listener before ours cancels', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => lock.cancel('cancelled'));
      const aborted = ask(lock, 'acquire', { signal: controller.signal });
      const other = ask(lock, 'acquire');
      controller.abort('aborted');
      await rest();
      expect([aborted.reason, other.reason]).toEqual(['aborted', 'cancelled']);
    });

    it('ends all waits that share it, in the order of their calls, and lets newcomers acquire', async () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const order: number[] = [];
      const form = forms.includes('callback') ? 'callback' : 'acquire';
      for (let i = 0; i < 20; i++) ask(lock, form, { signal: controller.signal }, () => order.push(i));
      controller.abort();
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      await rest();
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
      free();
      const newcomer = ask(lock, 'acquire');
      await rest();
      expect(newcomer.outcome).toBe('granted');
    });

    it('ends its waits in every lock before any waiter is admitted', async () => {
      const [one, two] = [make(), make()];
      const free = one.block();
      two.block();
      const controller = new AbortController();
      const requests = [one, two, one, two].map((lock) => ask(lock, 'acquire', { signal: controller.signal }));
      const behind = ask(one, 'acquire');
      controller.abort('no');
      expect([one.waiting, two.waiting]).toEqual([1, 0]);
      free();
      await rest();
      expect(requests.map((request) => request.reason)).toEqual(['no', 'no', 'no', 'no']);
      expect(behind.outcome).toBe('granted');
    });
  });
}
