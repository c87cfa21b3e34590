import { agreesWithModelOfSeveral } from '@valvekit-internal/laws/explore/random-several';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';
import { expect, test } from 'vitest';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

test('several locks do what their model does in random programs', { timeout: patience }, () => {
  agreesWithModelOfSeveral('several', library, 3000);
});

test('no rule is broken and nobody is stuck, whenever the work ends', async () => {
  await inAnyOrder(async (work) => {
    const [a, b] = [new Mutex(), new Mutex()];
    const [semaphore, lock] = [new Semaphore(2), new ReadWriteLock()];
    const inside = { a: 0, b: 0, permits: 0, readers: 0, writers: 0 };
    const enter = async (change: Partial<typeof inside>) => {
      const add = (sign: number) => {
        for (const [key, by] of Object.entries(change)) inside[key as keyof typeof inside] += sign * by;
      };
      add(1);
      expect(inside.a <= 1 && inside.b <= 1 && inside.permits <= 2 && inside.writers <= 1).toBe(true);
      expect(inside.writers === 0 || inside.readers === 0).toBe(true);
      await work(Object.keys(change).join());
      add(-1);
    };
    await Promise.all([
      sandboxAll([a, b], () => enter({ a: 1, b: 1 })),
      sandboxAll([b, [semaphore, { permits: 2 }]], () => enter({ b: 1, permits: 2 })),
      sandboxAll([lock.write, a], () => enter({ writers: 1, a: 1 })),
      semaphore.sandbox(() => enter({ permits: 1 })),
      sandboxAll([lock.read, semaphore], () => enter({ readers: 1, permits: 1 })),
      sandboxAll([b, lock.read], () => enter({ b: 1, readers: 1 })),
      lock.write.sandbox(() => enter({ writers: 1 })),
    ]);
    expect([a.isLocked, b.isLocked, semaphore.available, lock.isLocked]).toEqual([false, false, 2, false]);
  }, 200);
});
