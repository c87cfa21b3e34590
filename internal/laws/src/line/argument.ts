import type { Guard } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { type BadOptions, badOptions, badPriorities } from '../contract/bad-options.ts';
import { foreignSignal } from '../contract/foreign-signal.ts';
import { rest } from '../rest.ts';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, type Form, formsOf } from './request.ts';

/** Options that no call accepts. */
export const refusals: readonly BadOptions[] = [...badOptions, ...badPriorities];

/** Bad arguments are refused before anything changes; good ones are read once. */
export function argumentLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: arguments`, () => {
    const bad = lacks(make(), 'priorities') ? badOptions : refusals;
    it.each(bad)('%s is refused, and changes nothing', async (_, options, error, message) => {
      for (const form of forms) {
        for (const isHeld of [false, true]) {
          const lock = make();
          const free = isHeld ? lock.block() : () => {};
          const [refusal] = await Promise.allSettled([call(lock, form, options)]);
          expect(refusal).toMatchObject({ status: 'rejected', reason: expect.any(error) });
          expect((refusal as PromiseRejectedResult).reason.message).toMatch(message);
          expect([lock.isHeld, lock.waiting]).toEqual([isHeld, 0]);
          free();
          expect(lock.isHeld).toBe(false);
        }
      }
    });

    it.each(forms.filter((form) => form !== 'callback'))('a %s call rejects, and never throws', (form) => {
      for (const [, options] of refusals) {
        let result: Promise<unknown> | undefined;
        expect(() => {
          result = promiseOf(make(), form, options);
        }).not.toThrow();
        expect(result).toBeInstanceOf(Promise);
        result?.catch(() => {});
      }
    });

    it.each([{}, undefined, { timeout: undefined, signal: undefined, priority: undefined }, [], { timout: 5 }])(
      'options of %j mean the default',
      async (options) => {
        for (const form of forms) {
          const lock = make();
          const free = lock.block();
          const request = ask(lock, form, options as object);
          await rest();
          expect([request.outcome, lock.waiting]).toEqual(['waiting', 1]);
          free();
          await rest();
          expect(request.outcome).toBe('granted');
        }
      },
    );

    it.each(forms)('reads each option of a %s call once', (form) => {
      const reads: string[] = [];
      const { signal } = new AbortController();
      const options = {
        get timeout() {
          reads.push('timeout');
          return 1e6;
        },
        get signal() {
          reads.push('signal');
          return signal;
        },
        get priority() {
          reads.push('priority');
          return 1;
        },
      };
      const lock = make();
      lock.block();
      ask(lock, form, options);
      expect(reads.sort()).toEqual(['priority', 'signal', 'timeout']);
      lock.cancel();
    });

    it.each(forms)('takes frozen, inherited and later changed options of a %s call', async (form) => {
      const lock = make();
      lock.block();
      const options = { timeout: 1e6 };
      const requests = [
        ask(lock, form, Object.freeze({ timeout: 1e6 })),
        ask(lock, form, Object.assign(Object.create(null), { timeout: 1e6 })),
        ask(lock, form, options),
      ];
      options.timeout = 0;
      const inherited = ask(lock, form, Object.create({ timeout: 0 }));
      await rest();
      expect(requests.map((request) => request.outcome)).toEqual(['waiting', 'waiting', 'waiting']);
      expect(inherited.outcome).toBe('refused');
      expect(options).toEqual({ timeout: 0 });
      lock.cancel();
    });

    it.each(forms)('fails a %s call with what reading its options throws, and waits for nothing', async (form) => {
      const error = new Error('getter');
      const hostile = {
        get timeout(): number {
          throw error;
        },
      };
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      for (const isHeld of [false, true]) {
        const lock = make();
        if (isHeld) lock.block();
        const [thrown, revoked] = await Promise.allSettled([call(lock, form, hostile), call(lock, form, proxy)]);
        expect(thrown).toEqual({ status: 'rejected', reason: error });
        expect(revoked).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) });
        expect([lock.isHeld, lock.waiting]).toEqual([isHeld, 0]);
      }
    });

    it.each(forms)('ends a %s call by a signal of any origin', async (form) => {
      const lock = make();
      const free = lock.block();
      const foreign = foreignSignal();
      const request = ask(lock, form, { signal: foreign.signal as never });
      expect(foreign.listeners.size).toBe(1);
      foreign.abort('foreign');
      await rest();
      expect([request.outcomes, request.reason, foreign.listeners.size]).toEqual([['refused'], 'foreign', 0]);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('fails a %s call whose signal refuses listeners, and waits for nothing', async (form) => {
      const lock = make();
      const free = lock.block();
      const error = new Error('no listeners');
      const signal = {
        ...foreignSignal().signal,
        addEventListener() {
          throw error;
        },
      };
      const [refusal] = await Promise.allSettled([call(lock, form, { signal })]);
      expect(refusal).toEqual({ status: 'rejected', reason: error });
      expect(lock.waiting).toBe(0);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('ignores arguments beyond the last', async () => {
      const lock = make();
      const acquire = lock.acquire as (...args: unknown[]) => Promise<Guard>;
      (await acquire.call(lock, undefined, 'more')).release();
      expect(lock.isHeld).toBe(false);
    });
  });
}

function promiseOf(lock: ScopedLockUnderTest, form: Form, options: unknown): Promise<unknown> {
  switch (form) {
    case 'acquire':
      return lock.acquire(options as never);
    case 'sandbox':
      return lock.sandbox(() => {}, options as never);
    default:
      return (lock as LockUnderTest).wait(options as never);
  }
}

// A throw of the callback form and an error passed to its callback count as rejections, too.
function call(lock: ScopedLockUnderTest, form: Form, options: unknown): Promise<unknown> {
  if (form !== 'callback') return promiseOf(lock, form, options);
  return new Promise<void>((resolve, reject) => {
    (lock as LockUnderTest).waitWithCallback(
      (error) => (error === undefined ? resolve() : reject(error)),
      options as never,
    );
  });
}
