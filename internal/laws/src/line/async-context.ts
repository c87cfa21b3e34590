import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';

/** What a caller queued runs in the caller's async context. */
export function asyncContextLaws(name: string, make: () => ScopedLockUnderTest): void {
  describe(`${name}: async context`, () => {
    it('is the caller’s in a waiting sandbox and after a waiting acquire', async () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      const free = storage.run('holder', () => lock.block());
      const seen: unknown[] = [];
      const sandboxed = storage.run('sandbox', () =>
        lock.sandbox(async () => {
          seen.push(storage.getStore());
          await rest();
          seen.push(storage.getStore());
        }),
      );
      const acquired = storage.run('acquire', async () => {
        const guard = await lock.acquire();
        seen.push(storage.getStore());
        guard.release();
      });
      storage.run('holder', free);
      await Promise.all([sandboxed, acquired]);
      expect(new Set(seen)).toEqual(new Set(['acquire', 'sandbox']));
      expect(seen).toHaveLength(3);
    });
  });
}

/** The same for callbacks. */
export function callbackContextLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: async context of a callback`, () => {
    it('is its caller’s when the lock is granted', () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      const free = storage.run('holder', () => lock.block());
      const seen: unknown[] = [];
      for (const who of ['a', 'b', undefined]) {
        const enter = (): void =>
          lock.waitWithCallback(() => {
            seen.push(storage.getStore());
            lock.unlock();
          });
        if (who === undefined) enter();
        else storage.run(who, enter);
      }
      storage.run('holder', free);
      expect(seen).toEqual(['a', 'b', undefined]);
    });

    it('is its caller’s when the wait is given up', () => {
      const storage = new AsyncLocalStorage<string>();
      const lock = make();
      lock.block();
      const seen: unknown[] = [];
      storage.run('a', () => lock.waitWithCallback(() => seen.push(storage.getStore())));
      storage.run('b', () => lock.cancel());
      expect(seen).toEqual(['a']);
    });
  });
}
