import { InvalidStateError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf, serveAll } from './request.ts';

/** One at a time is inside. For locks of which only one hold fits. */
export function exclusionLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());

  describe(`${name}: exclusion`, () => {
    it.each(forms)('is taken before a %s call on a free lock returns', (form) => {
      const lock = make();
      ask(lock, form);
      expect(lock.isHeld).toBe(true);
      expect(lock.waiting).toBe(0);
      expect(lock.tryAcquire()).toBe(undefined);
    });

    it.each(forms)('tells a %s call on a free lock within one microtask', async (form) => {
      const request = ask(make(), form);
      await Promise.resolve();
      expect(request.outcome).toBe('granted');
    });

    it.each(forms)('keeps a second %s call out until the first gives back', async (form) => {
      const lock = make();
      const first = ask(lock, form);
      const second = ask(lock, form);
      await rest();
      expect([first.outcome, second.outcome, lock.waiting]).toEqual(['granted', 'waiting', 1]);
      first.giveBack();
      await rest();
      expect([second.outcome, lock.waiting]).toEqual(['granted', 0]);
      second.giveBack();
      await rest();
      expect(lock.isHeld).toBe(false);
    });

    it('never lets two inside, however many ask across awaits', async () => {
      const lock = make();
      let inside = 0;
      let count = 0;
      const enter = async (): Promise<void> => {
        expect(++inside).toBe(1);
        const before = count;
        await Promise.resolve();
        count = before + 1;
        inside--;
      };
      const task = async (id: number): Promise<void> => {
        for (let round = 0; round < 20; round++) {
          if ((id + round) % 2 === 0) {
            await lock.sandbox(enter);
          } else {
            const guard = await lock.acquire();
            await enter();
            guard.release();
          }
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, id) => task(id)));
      expect(count).toBe(200);
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('is handed to a waiting %s call before giving back returns', async (form) => {
      const lock = make();
      const free = lock.block();
      const waiter = ask(lock, form);
      free();
      expect(lock.isHeld).toBe(true);
      expect(lock.waiting).toBe(0);
      expect(lock.tryAcquire()).toBe(undefined);
      const newcomer = ask(lock, form);
      await rest();
      expect([waiter.outcome, newcomer.outcome]).toEqual(['granted', 'waiting']);
    });

    it('is free at once when the last hold is given back and nobody waits', () => {
      const lock = make();
      lock.block()();
      expect(lock.isHeld).toBe(false);
      expect(lock.tryAcquire()).not.toBe(undefined);
    });

    it('leaves nothing behind when a try fails', async () => {
      const lock = make();
      const free = lock.block();
      expect(lock.tryAcquire()).toBe(undefined);
      expect(lock.waiting).toBe(0);
      free();
      await rest();
      expect(lock.isHeld).toBe(false);
    });

    it('can be used again any number of times', async () => {
      const lock = make();
      for (let round = 0; round < 1000; round++) {
        (await lock.acquire()).release();
        lock.block()();
      }
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('does not let a guard free what the next one holds', async () => {
      const lock = make();
      const guard = await lock.acquire();
      const second = ask(lock, 'acquire');
      const third = ask(lock, 'acquire');
      guard.release();
      guard.release();
      guard[Symbol.dispose]();
      await rest();
      expect([second.outcome, third.outcome, lock.waiting]).toEqual(['granted', 'waiting', 1]);
    });
  });
}

/** One at a time is inside, as the bare verbs see it. */
export function bareExclusionLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: exclusion by the bare verbs`, () => {
    it('lets one try in', () => {
      const lock = make();
      expect(lock.tryTake()).toBe(true);
      expect(lock.isHeld).toBe(true);
      expect(lock.tryTake()).toBe(false);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
      expect(lock.tryTake()).toBe(true);
    });

    it('throws when given back without a hold, and stays usable', () => {
      const lock = make();
      expect(() => lock.giveBack()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(false);
      expect(lock.tryTake()).toBe(true);
      expect(lock.tryTake()).toBe(false);
    });

    it('throws when given back twice, and lets nobody in early for it', async () => {
      const lock = make();
      expect(lock.tryTake()).toBe(true);
      lock.giveBack();
      expect(() => lock.giveBack()).toThrow(InvalidStateError);
      const [first, second] = [ask(lock, 'promise'), ask(lock, 'promise')];
      await rest();
      expect([first.outcome, second.outcome]).toEqual(['granted', 'waiting']);
    });

    it('gives an InvalidStateError its name', () => {
      let thrown: unknown;
      try {
        make().giveBack();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ name: 'InvalidStateError' });
      expect(thrown).toBeInstanceOf(Error);
    });

    it('is handed over without a gap while callbacks give back inside each other', () => {
      const lock = make();
      const free = lock.block();
      const seen: boolean[] = [];
      for (let i = 0; i < 20; i++) {
        lock.waitWithCallback(() => {
          seen.push(lock.isHeld, lock.tryTake());
          lock.giveBack();
        });
      }
      free();
      expect(seen).toEqual(Array.from({ length: 20 }, () => [true, false]).flat());
      expect(lock.isHeld).toBe(false);
    });
  });

  describe(`${name}: two locks taken in opposite order`, () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('ends the deadlock by timeout and leaves both free', async () => {
      const [one, two] = [make(), make()];
      const task = async (first: LockUnderTest, second: LockUnderTest, timeout: number): Promise<string> => {
        await first.wait();
        try {
          await second.wait({ timeout });
          second.giveBack();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        } finally {
          first.giveBack();
        }
      };
      const ends = Promise.all([task(one, two, 10), task(two, one, 20)]);
      await vi.advanceTimersByTimeAsync(20);
      expect(await ends).toEqual(['TimeoutError', 'done']);
      expect(await serveAll([])).toEqual([]);
      expect([one.isHeld, two.isHeld, one.waiting, two.waiting]).toEqual([false, false, 0, 0]);
    });
  });
}
