import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rest } from '../rest.ts';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf, type Request, serveAll } from './request.ts';

/** What a lock shows of its state. */
export function lookingLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: looking`, () => {
    it.each(forms)('counts waiting %s calls at every step', async (form) => {
      const lock = make();
      const seen: number[] = [];
      const look = (): void => void seen.push(lock.waiting);
      look();
      const free = lock.block();
      look();
      const controller = new AbortController();
      const stays = ask(lock, form);
      look();
      ask(lock, form, { signal: controller.signal });
      look();
      controller.abort();
      look();
      free();
      look();
      await serveAll([stays]);
      look();
      expect(seen).toEqual([0, 0, 1, 2, 1, 0, 0]);
    });

    it('is held from the first hold to the last, without a gap', async () => {
      const lock = make();
      expect(lock.isHeld).toBe(false);
      const free = lock.block();
      const requests = forms.map((form) => ask(lock, form));
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(true);
      await rest();
      for (const request of requests) {
        expect(lock.isHeld).toBe(true);
        request.release();
        await rest();
      }
      expect(lock.isHeld).toBe(false);
    });

    it.skipIf(lacks(make(), 'views'))('shows its name and its state', () => {
      const lock = make();
      const tag = Object.prototype.toString.call(lock.primitive);
      const [, className] = /^\[object (\w+)\]$/.exec(tag) ?? [];
      expect(className).toBe(lock.primitive.constructor.name);
      const free = inspect(lock.primitive);
      lock.block();
      const held = inspect(lock.primitive);
      void ask(lock, 'acquire');
      const contended = inspect(lock.primitive);
      for (const view of [free, held, contended]) expect(view).toMatch(new RegExp(`^${className} \\{ .*\\}$`, 's'));
      expect(new Set([free, held, contended]).size).toBe(3);
      expect(contended).toMatch(/waiting\w*: 1\b/);
    });

    it('shows no private fields inside other objects, and respects the depth', () => {
      const lock = make();
      const view = inspect({ nested: { lock: lock.primitive } }, { depth: 5 });
      expect(view).toContain(`${lock.primitive.constructor.name} {`);
      expect(view).not.toMatch(/queue|#/);
    });

    it('has a state that cannot be assigned', () => {
      const lock = make();
      lock.block();
      expect(() => Object.assign(lock.primitive, { waiting: 7 })).toThrow(TypeError);
      expect([lock.isHeld, lock.waiting]).toEqual([true, 0]);
    });

    it('works frozen', async () => {
      const lock = make();
      Object.freeze(lock.primitive);
      const free = lock.block();
      const request = ask(lock, 'acquire');
      free();
      expect(await serveAll([request])).toEqual([request]);
      expect(lock.isHeld).toBe(false);
    });

    it('cannot be copied into a second lock', async () => {
      const lock = make();
      const copy = Object.assign(Object.create(Object.getPrototypeOf(lock.primitive)), lock.primitive) as {
        waiting: number;
      };
      expect(() => copy.waiting).toThrow(TypeError);
    });
  });
}

/** The state as callbacks see it. */
export function callbackLookingLaws(name: string, make: () => LockUnderTest): void {
  const { isShared } = make();

  describe(`${name}: looking inside callbacks`, () => {
    it('shows the state after all outcomes of the call', () => {
      const lock = make();
      const seen: unknown[] = [];
      const look = (): void => void seen.push([lock.isHeld, lock.waiting, inspect(lock.primitive) !== '']);
      lock.waitWithCallback(look);
      lock.unlock();
      const free = lock.block();
      const requests: Request[] = [0, 1].map(() => ask(lock, 'callback', {}, look));
      free();
      for (const request of requests) request.release();
      expect(seen).toEqual([
        [true, 0, true],
        [true, isShared ? 0 : 1, true],
        [true, 0, true],
      ]);
      expect(lock.isHeld).toBe(false);
    });
  });
}
