import { describe, expect, it } from 'vitest';
import { rest } from '../rest.ts';
import { lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, formsOf } from './request.ts';

/** At most one holder. For locks that have room for one. */
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

    it.skipIf(lacks(make(), 'prompt promises')).each(forms)(
      'settles a %s call on a free lock within one microtask',
      async (form) => {
        const request = ask(make(), form);
        await Promise.resolve();
        expect(request.outcome).toBe('granted');
      },
    );

    it.each(forms)('makes a second %s call wait until the first releases', async (form) => {
      const lock = make();
      const first = ask(lock, form);
      const second = ask(lock, form);
      await rest();
      expect([first.outcome, second.outcome, lock.waiting]).toEqual(['granted', 'waiting', 1]);
      first.release();
      await rest();
      expect([second.outcome, lock.waiting]).toEqual(['granted', 0]);
      second.release();
      await rest();
      expect(lock.isHeld).toBe(false);
    });

    it('never has two holders, however many callers acquire across awaits', async () => {
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

    it.each(forms)('is handed to a waiting %s call before the release returns', async (form) => {
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

    it('is free when the release of the last hold returns', () => {
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

    it('never lets a guard release the hold of the next one', async () => {
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
