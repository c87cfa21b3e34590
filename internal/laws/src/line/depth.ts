import { describe, expect, it } from 'vitest';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';

/** No number of waiters overflows the stack. */
export function depthLaws(name: string, make: () => ScopedLockUnderTest, { waiters = 20_000 } = {}): void {
  describe(`${name}: ${waiters} waiters`, () => {
    it('run as sandboxes, each admitted by the one before', async () => {
      const lock = make();
      const free = lock.block();
      let ran = 0;
      let last: Promise<number> = Promise.resolve(0);
      for (let i = 0; i < waiters; i++) last = lock.sandbox(() => ++ran);
      free();
      if (lacks(lock, 'synchronous delivery')) await last;
      expect([ran, lock.isHeld, lock.waiting]).toEqual([waiters, false, 0]);
      expect(await last).toBe(waiters);
    });

    it('acquire and release one after the other', async () => {
      const lock = make();
      const free = lock.block();
      let passed = 0;
      const pass = (guard: Disposable): void => {
        passed++;
        guard[Symbol.dispose]();
      };
      let last: Promise<void> = Promise.resolve();
      for (let i = 0; i < waiters; i++) last = lock.acquire().then(pass);
      free();
      await last;
      expect([passed, lock.isHeld, lock.waiting]).toEqual([waiters, false, 0]);
    });

    it('give up by one abort of one signal', async () => {
      const lock = make();
      lock.block();
      const controller = new AbortController();
      let refused = 0;
      const count = (): void => void refused++;
      let last: Promise<unknown> = Promise.resolve();
      // A signal takes time for each listener that it has already.
      const sharing = lacks(lock, 'shared listeners') ? waiters / 20 : waiters;
      for (let i = 0; i < sharing; i++) last = lock.acquire({ signal: controller.signal }).catch(count);
      controller.abort('all');
      expect(lock.waiting).toBe(0);
      await last;
      expect(refused).toBe(sharing);
    });
  });
}

/** No chain of callbacks overflows the stack. */
export function callbackDepthLaws(name: string, make: () => LockUnderTest, { waiters = 50_000 } = {}): void {
  const { isShared } = make();

  describe(`${name}: ${waiters} callbacks`, () => {
    it('run in order, each releasing the lock in its body', () => {
      const lock = make();
      const free = lock.block();
      let next = 0;
      let outOfOrder = 0;
      for (let i = 0; i < waiters; i++) {
        lock.waitWithCallback(() => {
          if (i !== next++) outOfOrder++;
          lock.unlock();
        });
      }
      expect(lock.waiting).toBe(waiters);
      free();
      expect([next, outOfOrder, lock.isHeld, lock.waiting]).toEqual([waiters, 0, false, 0]);
    });

    // Where several holds fit, a caller that asks again in its body is admitted inside the call: the nesting is its own.
    it.skipIf(isShared)('ask again in their bodies, as a loop', () => {
      const lock = make();
      let rounds = 0;
      const again = (): void => {
        if (++rounds < waiters) lock.waitWithCallback(again);
        lock.unlock();
      };
      const free = lock.block();
      lock.waitWithCallback(again);
      free();
      expect(rounds).toBe(waiters);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });

    it('are all called by one cancel()', () => {
      const lock = make();
      lock.block();
      let called = 0;
      const count = (): void => void called++;
      for (let i = 0; i < waiters; i++) lock.waitWithCallback(count);
      lock.cancel();
      expect([called, lock.waiting]).toEqual([waiters, 0]);
    });
  });
}
