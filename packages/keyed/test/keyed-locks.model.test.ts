import { KeyedLocks, sandboxAll } from '@valvekit/keyed';
import { agreesWithModelOfSeveral } from '@valvekit-internal/laws/explore/random-several';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

test('the locks of keys do what their model does in random programs', { timeout: patience }, () => {
  agreesWithModelOfSeveral('keyed', library, 3000);
});

test('nobody meets another under a key, and no key is left, whenever the work ends', async () => {
  await inAnyOrder(async (work) => {
    const locks = new KeyedLocks();
    const inside = new Map<string, number>();
    const enter = async (keys: string[]) => {
      for (const key of keys) {
        const count = (inside.get(key) ?? 0) + 1;
        expect(count).toBe(1);
        inside.set(key, count);
      }
      await work(keys.join());
      for (const key of keys) inside.set(key, 0);
    };
    const lists = [['a'], ['a', 'b'], ['b'], ['c', 'a'], ['a'], ['b', 'c'], ['c']];
    const visit = (keys: string[]) =>
      sandboxAll(
        keys.map((key) => locks.mutex(key)),
        () => enter(keys),
      );
    await Promise.all(lists.map(visit));
    expect([locks.size, locks.waiting]).toEqual([0, 0]);
  }, 200);
});
