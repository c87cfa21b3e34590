import { getEventListeners } from 'node:events';
import { AbortError, TimeoutError, type WaitOptions } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, type Form, formsOf, rest, serveAll } from './request.ts';

/** A way to give up: what the k-th of three asks with, and what makes it leave. */
interface Exit {
  readonly name: string;
  readonly affectsAll: boolean;
  readonly error: string;
  prepare(lock: ScopedLockUnderTest): { options(index: number): WaitOptions; leave(index: number): void };
}

const exits: readonly Exit[] = [
  {
    name: 'an abort of its own signal',
    affectsAll: false,
    error: 'Gone',
    prepare() {
      const controllers = [0, 1, 2].map(() => new AbortController());
      return {
        options: (index) => ({ signal: (controllers[index] as AbortController).signal }),
        leave: (index) => controllers[index]?.abort(gone()),
      };
    },
  },
  {
    name: 'an abort of a signal shared by all',
    affectsAll: true,
    error: 'Gone',
    prepare() {
      const controller = new AbortController();
      return { options: () => ({ signal: controller.signal }), leave: () => controller.abort(gone()) };
    },
  },
  {
    name: 'a timeout',
    affectsAll: false,
    error: 'TimeoutError',
    prepare() {
      return {
        options: (index) => ({ timeout: 100 + index }),
        leave: (index) => vi.advanceTimersByTime(100 + index),
      };
    },
  },
  {
    name: 'cancel()',
    affectsAll: true,
    error: 'Gone',
    prepare: (lock) => ({ options: () => ({}), leave: () => lock.cancel(gone()) }),
  },
];

const moments = [
  'in the turn of the call',
  'after a microtask',
  'after a macrotask',
  'in the turn of the grant, before it',
  'in the turn of the grant, after it',
  'after it resumed',
  'after it gave back',
] as const;

function gone(): Error {
  return Object.assign(new Error('Gone'), { name: 'Gone' });
}

/** A waiter that gives up settles once, at once, and disturbs nobody. */
export function givingUpLaws(name: string, make: () => ScopedLockUnderTest): void {
  const { isShared } = make();
  const forms = formsOf(make());

  describe(`${name}: giving up`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    const cells = exits.flatMap((exit) =>
      moments.flatMap((moment) => forms.map((form) => ({ exit, moment, form, title: exit.name }))),
    );

    // The timers of those before the k-th fire with it, since they are due earlier.
    const isAffected = (exit: Exit, index: number, leaver: number): boolean =>
      exit.affectsAll || index === leaver || (exit.name === 'a timeout' && index < leaver);

    it.each(cells)('settles a $form call once when $title comes $moment', async ({ exit, moment, form }) => {
      for (const leaver of [0, 1, 2]) {
        const lock = make();
        const free = lock.block();
        const { options, leave } = exit.prepare(lock);
        const requests = [0, 1, 2].map((index) => ask(lock, form, options(index)));
        const granted = new Set<number>();
        const grantNext = (): void => {
          free();
          for (const index of isShared ? [0, 1, 2] : [0]) granted.add(index);
        };
        switch (moment) {
          case 'in the turn of the call':
            leave(leaver);
            break;
          case 'after a microtask':
            await Promise.resolve();
            leave(leaver);
            break;
          case 'after a macrotask':
            await rest();
            leave(leaver);
            break;
          case 'in the turn of the grant, before it':
            leave(leaver);
            free();
            break;
          case 'in the turn of the grant, after it':
            grantNext();
            leave(leaver);
            break;
          case 'after it resumed':
            grantNext();
            await rest();
            leave(leaver);
            break;
          case 'after it gave back':
            free();
            for (const request of await serveAll(requests)) granted.add(requests.indexOf(request));
            leave(leaver);
            break;
        }
        const expected = requests.map((_, index) =>
          !granted.has(index) && isAffected(exit, index, leaver) ? 'refused' : 'granted',
        );
        const isBlocked = moment.startsWith('in the turn of the call') || moment.startsWith('after a m');
        if (isBlocked) {
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

    it.each(forms)('frees the lock in the same turn when all %s waiters have left', (form) => {
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

    it('takes out the right one of two that look the same', async () => {
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

    it('changes nothing for a held lock, however often somebody comes and goes', async () => {
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

    it.each(forms)('settles a %s call once when timeout and signal come together', async (form) => {
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
        expect([lock.waiting, vi.getTimerCount(), getEventListeners(controller.signal, 'abort').length]).toEqual([
          0, 0, 0,
        ]);
        free();
        expect(lock.isHeld).toBe(false);
      }
    });
  });

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

    it.each(forms)('has no effect on a %s call that a free lock has let in already', async (form) => {
      const lock = make();
      const controller = new AbortController();
      const request = ask(lock, form, { signal: controller.signal });
      controller.abort();
      await rest();
      expect(request.outcomes).toEqual(['granted']);
      expect(lock.isHeld).toBe(true);
    });

    it('is refused at the moment of granting, also if its listeners never run', async () => {
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

    it('is refused when a listener before ours gives the lock back', async () => {
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

    it('is refused when a listener after ours gives the lock back', async () => {
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

    it('hears its own reason, also when a listener before ours cancels', async () => {
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

    it('ends all who share it, in the order they came, and lets newcomers in', async () => {
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

    it('ends its waiters in every lock before anybody moves up', async () => {
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

  describe(`${name}: the reason`, () => {
    const reasons = [new Error('why'), 'text', { code: 7 }, 0, null, false, '', Number.NaN];

    it.each(reasons)('%s arrives as it is, from a signal and from cancel()', async (reason) => {
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

    it('is the DOMException of the signal where abort() was given none', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      const request = ask(lock, 'acquire', { signal: controller.signal });
      controller.abort();
      await rest();
      expect(request.reason).toBe(controller.signal.reason);
      expect(request.reason).toHaveProperty('name', 'AbortError');
    });

    it('is an AbortError where cancel() was given none', async () => {
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

  describe(`${name}: cancel()`, () => {
    it('does nothing when nobody waits, and takes no hold away', async () => {
      const lock = make();
      lock.cancel();
      const held = ask(lock, 'acquire');
      lock.cancel();
      await rest();
      expect([held.outcomes, lock.isHeld]).toEqual([['granted'], true]);
      held.giveBack();
      expect(lock.isHeld).toBe(false);
    });

    it('gives up those who wait, and not those who come later', async () => {
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

    it.skipIf(lacks(make(), 'priorities'))('gives up waiters of every priority', async () => {
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

/** Giving up in the callback form, and what its callbacks do to others. */
export function callbackGivingUpLaws(name: string, make: () => LockUnderTest): void {
  const { isShared } = make();

  describe(`${name}: giving up, with callbacks`, () => {
    it.each([0, null, false, '', Number.NaN, undefined])(
      'tells a falsy reason, %s, as the cause of an AbortError',
      (reason) => {
        const lock = make();
        lock.block();
        const heard: unknown[] = [];
        lock.waitWithCallback((error) => heard.push(error));
        lock.waitWithCallback((error) => heard.push(error), { signal: signalThatIsAborted(reason) });
        lock.cancel(reason);
        expect(heard).toHaveLength(2);
        for (const error of heard) expect(error).toBeInstanceOf(AbortError);
        if (reason !== undefined) expect(heard.map((error) => (error as Error).cause)).toEqual([reason, reason]);
      },
    );

    it('tells a true reason as it is, inside the call that gave up', () => {
      const lock = make();
      lock.block();
      const heard: unknown[] = [];
      const controller = new AbortController();
      lock.waitWithCallback((error) => heard.push(error), { signal: controller.signal });
      controller.abort('aborted');
      lock.waitWithCallback((error) => heard.push(error));
      lock.cancel('cancelled');
      expect(heard).toEqual(['aborted', 'cancelled']);
    });

    it('never lets in who shares the signal of a waiter whose callback gives the lock back', () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const heard: unknown[] = [];
      lock.waitWithCallback(
        (error) => {
          heard.push(error);
          free();
        },
        { signal: controller.signal },
      );
      lock.waitWithCallback((error) => heard.push(error), { signal: controller.signal });
      controller.abort('no');
      expect(heard).toEqual(['no', 'no']);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('gives up who aborts inside the callback of the one before it', () => {
      const lock = make();
      const free = lock.block();
      const controller = new AbortController();
      const heard: unknown[] = [];
      lock.waitWithCallback(() => {
        controller.abort('too late for a reader');
        lock.giveBack();
      });
      lock.waitWithCallback((error) => heard.push(error), { signal: controller.signal });
      free();
      // Those let in together are let in before any of their callbacks runs.
      expect(heard).toEqual([isShared ? undefined : 'too late for a reader']);
      if (isShared) lock.giveBack();
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('puts who asks again in its own refusal at the end of the line', () => {
      const lock = make();
      const free = lock.block();
      const order: string[] = [];
      const controller = new AbortController();
      const enter = (who: string): void =>
        lock.waitWithCallback(() => {
          order.push(who);
          lock.giveBack();
        });
      lock.waitWithCallback(
        () => {
          order.push('refused');
          enter('again');
        },
        { signal: controller.signal },
      );
      enter('behind');
      controller.abort();
      expect(lock.waiting).toBe(2);
      free();
      expect(order).toEqual(['refused', 'behind', 'again']);
    });

    it('decides all outcomes of a cancel() before the first callback runs', () => {
      const lock = make();
      lock.block();
      const seen: number[] = [];
      for (let i = 0; i < 3; i++) lock.waitWithCallback(() => seen.push(lock.waiting));
      lock.cancel();
      expect(seen).toEqual([0, 0, 0]);
    });

    it('keeps who asks inside the callback of a cancel()', () => {
      const lock = make();
      const free = lock.block();
      let outcome: unknown = 'waiting';
      lock.waitWithCallback(() => {
        lock.waitWithCallback((error) => {
          outcome = error;
        });
      });
      lock.cancel();
      expect([outcome, lock.waiting]).toEqual(['waiting', 1]);
      free();
      expect(outcome).toBe(undefined);
    });

    it('does not leave a newcomer behind who aborts while those before it are told', () => {
      const lock = make();
      const free = lock.block();
      const [first, newcomer] = [new AbortController(), new AbortController()];
      const heard: unknown[] = [];
      first.signal.addEventListener('abort', () => {
        lock.waitWithCallback((error) => heard.push(['newcomer', error]), { signal: newcomer.signal });
      });
      lock.waitWithCallback(
        (error) => {
          heard.push(['first', error]);
          newcomer.abort('second thoughts');
        },
        { signal: first.signal },
      );
      first.abort('no');
      expect(heard).toEqual([
        ['first', 'no'],
        ['newcomer', 'second thoughts'],
      ]);
      expect(lock.waiting).toBe(0);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('does not revoke a hold when the callback of the timeout gives back', () => {
      vi.useFakeTimers();
      try {
        const lock = make();
        const free = lock.block();
        const heard: string[] = [];
        lock.waitWithCallback((error) => {
          heard.push((error as Error).name);
          free();
        }, 10);
        lock.waitWithCallback((error) => heard.push(error === undefined ? 'in' : 'out'), 20);
        vi.advanceTimersByTime(100);
        expect(heard).toEqual(['TimeoutError', 'in']);
        expect(lock.isHeld).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    });
  });
}

function signalThatIsAborted(reason: unknown): AbortSignal {
  const controller = new AbortController();
  controller.abort(reason);
  // An abort without a reason makes one; only a foreign signal has none.
  if (reason === undefined) Object.defineProperty(controller.signal, 'reason', { value: undefined });
  return controller.signal;
}
