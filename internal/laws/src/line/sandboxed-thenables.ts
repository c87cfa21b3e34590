import { describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import { hostileThenable, thenable } from '../thenable.ts';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { ask } from './request.ts';
import { endings } from './sandbox.ts';

type Then = (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void;

const quirks: readonly [title: string, then: Then, expected: PromiseSettledResult<unknown>][] = [
  [
    'resolves immediately, twice',
    (resolve) => {
      resolve(1);
      resolve(2);
    },
    { status: 'fulfilled', value: 1 },
  ],
  [
    'resolves, then rejects',
    (resolve, reject) => {
      resolve(1);
      reject(2);
    },
    { status: 'fulfilled', value: 1 },
  ],
  [
    'rejects, then resolves',
    (resolve, reject) => {
      reject(2);
      resolve(1);
    },
    { status: 'rejected', reason: 2 },
  ],
  [
    'resolves, then throws',
    (resolve) => {
      resolve(1);
      throw new Error('ignored');
    },
    { status: 'fulfilled', value: 1 },
  ],
  [
    'throws',
    () => {
      throw 'thrown';
    },
    { status: 'rejected', reason: 'thrown' },
  ],
  ['resolves to another promise', (resolve) => resolve(Promise.resolve(3)), { status: 'fulfilled', value: 3 }],
];

/** A sandbox follows whatever thenable its function returns, and releases once. */
export function sandboxedThenableLaws(name: string, make: () => ScopedLockUnderTest): void {
  const { isShared } = make();

  describe(`${name}: thenables from a sandbox`, () => {
    it('are waited for, and their then is called once', async () => {
      const calls: unknown[] = [];
      const foreign = thenable(function (this: unknown, resolve: (value: string) => void, ...more: unknown[]) {
        calls.push(this, more.length);
        queueMicrotask(() => resolve('foreign'));
      });
      const lock = make();
      const result = lock.sandbox(() => foreign);
      expect(lock.isHeld).toBe(true);
      expect(calls).toEqual([]);
      expect(await result).toBe('foreign');
      expect(calls).toEqual([foreign, 1]);
      expect(lock.isHeld).toBe(false);
    });

    it('may be functions; an object whose then is no function is a value', async () => {
      const callable = Object.assign(
        () => {},
        thenable((resolve: (value: string) => void) => resolve('callable')),
      );
      const value = thenable('later');
      const [first, second] = await endings(make, () => callable);
      expect([first, second]).toEqual([
        { status: 'fulfilled', value: 'callable' },
        { status: 'fulfilled', value: 'callable' },
      ]);
      const outcomes = await endings(make, () => value);
      expect(outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value)).toEqual([value, value]);
    });

    it.each(quirks)('settle once, by the first call, if one %s', async (_, then, expected) => {
      expect(await endings(make, () => thenable(then))).toEqual([expected, expected]);
    });

    it('admit one waiter for each sandbox, even if they resolve twice', async () => {
      const lock = make();
      const twice = thenable((resolve: (value: unknown) => void) => {
        resolve(1);
        queueMicrotask(() => resolve(2));
      });
      const result = lock.sandbox(() => twice);
      const [second, third] = [ask(lock, 'acquire'), ask(lock, 'acquire')];
      await result;
      await rest();
      expect([second.outcome, third.outcome]).toEqual(['granted', isShared ? 'granted' : 'waiting']);
    });

    it('reject it if reading their then throws', async () => {
      const error = new Error('getter');
      expect(await endings(make, () => hostileThenable(error))).toEqual([
        { status: 'rejected', reason: error },
        { status: 'rejected', reason: error },
      ]);
    });

    it('reject it if they are promises with a hostile constructor', async () => {
      const error = new Error('species');
      const promise = Object.defineProperty(Promise.resolve(), 'constructor', {
        get() {
          throw error;
        },
      });
      expect(await endings(make, () => promise)).toEqual([
        { status: 'rejected', reason: error },
        { status: 'rejected', reason: error },
      ]);
    });

    it('keep the lock held until they settle; timeouts of waiters still fire', async () => {
      vi.useFakeTimers();
      try {
        const lock = make();
        const never = vi.fn();
        void lock.sandbox(() => thenable(never));
        await rest();
        expect(never).toHaveBeenCalledOnce();
        expect(lock.isHeld).toBe(true);
        const other = isShared ? undefined : ask(lock, 'acquire', { timeout: 10 });
        vi.advanceTimersByTime(10);
        await rest();
        expect(other?.outcome).toBe(isShared ? undefined : 'refused');
        expect(lock.isHeld).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    });
  });
}
