import { describe, expect, it, vi } from 'vitest';
import type { BadOptions } from '../contract/bad-options.ts';
import { refusals } from './argument.ts';
import type { LockUnderTest } from './lock-under-test.ts';

/** Bad arguments of the verb with two forms. */
export function callbackArgumentLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: arguments of the callback form`, () => {
    it.each([...refusals, ['a timeout of NaN as a number', Number.NaN, TypeError, /timeout.*NaN/] as BadOptions])(
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

    it.each([undefined, null, 'text', 5000, {}])('a second argument after %j instead of a callback throws', (first) => {
      const lock = make();
      const call = (): unknown => lock.waitWithCallback(first as never, 5000);
      expect(call).toThrow(TypeError);
      expect(call).toThrow(/^callback must be a function, but is /);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it.each([null, 'text', 5000, true])('%j instead of a callback or options rejects', async (first) => {
      const lock = make();
      await expect(lock.wait(first as never)).rejects.toBeInstanceOf(TypeError);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });
  });
}
