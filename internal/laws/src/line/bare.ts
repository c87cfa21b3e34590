import { InvalidStateError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import type { LockUnderTest } from './lock-under-test.ts';
import { ask, serveAll } from './request.ts';

/** At most one holder, by the bare verbs. For locks that have room for one. */
export function bareExclusionLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: exclusion by the bare verbs`, () => {
    it('lets one try succeed', () => {
      const lock = make();
      expect(lock.tryTake()).toBe(true);
      expect(lock.isHeld).toBe(true);
      expect(lock.tryTake()).toBe(false);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
      expect(lock.tryTake()).toBe(true);
    });

    it('throws when unlocked without a hold, and stays usable', () => {
      const lock = make();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(false);
      expect(lock.tryTake()).toBe(true);
      expect(lock.tryTake()).toBe(false);
    });

    it('throws when unlocked twice, and admits nobody early because of it', async () => {
      const lock = make();
      expect(lock.tryTake()).toBe(true);
      lock.unlock();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      const [first, second] = [ask(lock, 'promise'), ask(lock, 'promise')];
      await rest();
      expect([first.outcome, second.outcome]).toEqual(['granted', 'waiting']);
    });

    it('gives an InvalidStateError its name', () => {
      let thrown: unknown;
      try {
        make().unlock();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ name: 'InvalidStateError' });
      expect(thrown).toBeInstanceOf(Error);
    });

    it('is handed over without a gap while callbacks unlock inside each other', () => {
      const lock = make();
      const free = lock.block();
      const seen: boolean[] = [];
      for (let i = 0; i < 20; i++) {
        lock.waitWithCallback(() => {
          seen.push(lock.isHeld, lock.tryTake());
          lock.unlock();
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

    it('end their deadlock by timeout, and both are free', async () => {
      const [one, two] = [make(), make()];
      const task = async (first: LockUnderTest, second: LockUnderTest, timeout: number): Promise<string> => {
        await first.wait();
        try {
          await second.wait({ timeout });
          second.unlock();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        } finally {
          first.unlock();
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

/** A hold is released the way it was acquired. */
export function separationLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: a hold and the other layer`, () => {
    it('the bare verb cannot release the hold of a guard', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      expect([lock.isHeld, guard.released]).toEqual([true, false]);
      guard.release();
      expect(lock.isHeld).toBe(false);
      const tried = lock.tryAcquire();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(true);
      tried?.release();
      expect(lock.isHeld).toBe(false);
    });

    it('the bare verb cannot release the hold of a sandbox', async () => {
      const lock = make();
      await lock.sandbox(() => {
        expect(() => lock.unlock()).toThrow(InvalidStateError);
        expect(lock.isHeld).toBe(true);
      });
      const free = lock.block();
      const waiting = lock.sandbox(async () => {
        expect(() => lock.unlock()).toThrow(InvalidStateError);
        await rest();
        expect(() => lock.unlock()).toThrow(InvalidStateError);
        return lock.isHeld;
      });
      free();
      expect(await waiting).toBe(true);
      expect(lock.isHeld).toBe(false);
    });

    it('the bare verb cannot release what a waiting acquire() has just been granted', () => {
      const lock = make();
      const free = lock.block();
      void lock.acquire();
      free();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(true);
    });

    it('a spent guard cannot release what the bare verb took', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard.release();
      expect(lock.tryTake()).toBe(true);
      guard.release();
      expect(lock.isHeld).toBe(true);
      lock.unlock();
      expect(lock.isHeld).toBe(false);
    });
  });
}
