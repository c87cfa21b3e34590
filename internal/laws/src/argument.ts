import type { Guard } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, type Form, formsOf, rest } from './request.ts';

type Refusal = [title: string, options: unknown, error: typeof TypeError | typeof RangeError, message: RegExp];

const refusals: readonly Refusal[] = [
  ['a timeout of NaN', { timeout: Number.NaN }, TypeError, /timeout.*NaN/],
  ['a timeout that is a string', { timeout: '5' }, TypeError, /timeout.*"5"/],
  ['a timeout of null', { timeout: null }, TypeError, /timeout.*null/],
  ['a timeout that is an object', { timeout: {} }, TypeError, /timeout.*object/],
  ['a timeout that is a boolean', { timeout: true }, TypeError, /timeout.*true/],
  ['a timeout that is a bigint', { timeout: 5n }, TypeError, /timeout.*5n/],
  ['a timeout that is a symbol', { timeout: Symbol('t') }, TypeError, /timeout.*Symbol\(t\)/],
  ['a signal that is a string', { signal: 'abort' }, TypeError, /signal.*"abort"/],
  ['a signal that is a number', { signal: 5 }, TypeError, /signal.*5/],
  ['a signal that is a function', { signal: () => {} }, TypeError, /signal.*function/],
  ['a signal that is its controller', { signal: new AbortController() }, TypeError, /signal.*AbortController/],
  ['a signal that is any event target', { signal: new EventTarget() }, TypeError, /signal.*EventTarget/],
  ['a signal without addEventListener', { signal: { aborted: false } }, TypeError, /signal.*object/],
  [
    'a signal without removeEventListener',
    { signal: { aborted: false, addEventListener() {} } },
    TypeError,
    /signal.*object/,
  ],
  ['a priority that is a string', { priority: '1' }, TypeError, /priority.*"1"/],
  ['a priority of null', { priority: null }, TypeError, /priority.*null/],
  ['a priority of NaN', { priority: Number.NaN }, RangeError, /priority.*NaN/],
  ['a priority of Infinity', { priority: Number.POSITIVE_INFINITY }, RangeError, /priority.*Infinity/],
  ['a priority of -Infinity', { priority: Number.NEGATIVE_INFINITY }, RangeError, /priority.*-Infinity/],
  ['options of null', null, TypeError, /options.*null/],
  ['options that are a string', 'fast', TypeError, /options.*"fast"/],
  ['options that are a boolean', true, TypeError, /options.*true/],
];

/** Wrong arguments are refused before anything changes; right ones are read once. */
export function argumentLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: arguments`, () => {
    const applicable = refusals.filter(([title]) => !(title.includes('priority') && lacks(make(), 'priorities')));
    it.each(applicable)('%s is refused, and changes nothing', async (_, options, error, message) => {
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
      'options of %j are the default',
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

    it.each(forms)('each option of a %s call is read once', (form) => {
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

    it.each(forms)('options of a %s call may be frozen, inherited or changed afterwards', async (form) => {
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

    it.each(forms)('what reading the options of a %s call throws is its failure, and nobody waits', async (form) => {
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

    it.each(forms)('a signal of any make ends a %s call', async (form) => {
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

    it.each(forms)('a signal that refuses listeners fails a %s call, and nobody waits', async (form) => {
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

    it('arguments beyond the last are ignored', async () => {
      const lock = make();
      const acquire = lock.acquire as (...args: unknown[]) => Promise<Guard>;
      (await acquire.call(lock, undefined, 'more')).release();
      expect(lock.isHeld).toBe(false);
    });
  });
}

/** Wrong arguments of the verb with two forms. */
export function callbackArgumentLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: arguments of the callback form`, () => {
    it.each([...refusals, ['a limit of NaN', Number.NaN, TypeError, /timeout.*NaN/] as Refusal])(
      '%s throws at the call, and the callback is never called',
      (_, options, error, message) => {
        for (const isHeld of [false, true]) {
          const lock = make();
          const free = isHeld ? lock.block() : () => {};
          const callback = vi.fn();
          let thrown: unknown;
          try {
            lock.waitWithCallback(callback, options as never);
          } catch (caught) {
            thrown = caught;
          }
          expect(thrown).toBeInstanceOf(error);
          expect((thrown as Error).message).toMatch(message);
          free();
          expect(callback).not.toHaveBeenCalled();
          expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
        }
      },
    );

    it.each([undefined, null, 'text', 5000, {}])(
      'a second argument after %j instead of a callback rejects',
      async (first) => {
        const lock = make();
        const result: unknown = lock.waitWithCallback(first as never, 5000);
        await expect(result).rejects.toThrow(/^callback.* must be a function/);
        await expect(result).rejects.toBeInstanceOf(TypeError);
        expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
      },
    );

    it.each([null, 'text', 5000, true])('%j instead of a callback or options rejects', async (first) => {
      const lock = make();
      await expect(lock.wait(first as never)).rejects.toBeInstanceOf(TypeError);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
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

// In the callback form, a throw and an error told to the callback are a rejection, too.
function call(lock: ScopedLockUnderTest, form: Form, options: unknown): Promise<unknown> {
  if (form !== 'callback') return promiseOf(lock, form, options);
  return new Promise<void>((resolve, reject) => {
    (lock as LockUnderTest).waitWithCallback(
      (error) => (error === undefined ? resolve() : reject(error)),
      options as never,
    );
  });
}

/** What a polyfill or another realm may offer: an object with the members of an `AbortSignal`. */
function foreignSignal() {
  const listeners = new Set<(event: unknown) => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: (event: unknown) => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) => void listeners.delete(listener),
  };
  const abort = (reason: unknown): void => {
    signal.aborted = true;
    signal.reason = reason;
    for (const listener of listeners) listener({ type: 'abort' });
  };
  return { signal, listeners, abort };
}
