import { ReadWriteLock } from '@valvekit/rwlock';
import { describe, expect, it } from 'vitest';

describe.each(['fair', 'readers'] as const)(
  'an upgrade that is granted and not told yet, with the policy %s',
  (policy) => {
    it('stays granted when its guard is released before that', async () => {
      const lock = new ReadWriteLock({ policy });
      const guard = await lock.upgradable.acquire();
      const readers = [lock.read.tryAcquire(), lock.read.tryAcquire()];
      const upgrade = guard.upgrade();
      // Eight nested callbacks are as deep as outcomes are told: the upgrade waits until the innermost has returned.
      const outer = new ReadWriteLock();
      let depth = 0;
      const nest = (): void => {
        depth++;
        if (depth === 8) {
          for (const reader of readers) reader?.release();
          expect(lock.isWriteLocked).toBe(true);
          guard.release();
          expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
          return;
        }
        outer.unlock();
      };
      outer.writeLock(() => {});
      for (let i = 0; i < 8; i++) outer.writeLock(nest);
      outer.unlock();
      expect(depth).toBe(8);
      await upgrade;
      expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
      const writer = lock.write.tryAcquire();
      expect(writer?.released).toBe(false);
    });
  },
);
