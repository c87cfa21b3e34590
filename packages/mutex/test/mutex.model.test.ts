import { createMutex } from '@valvekit/mutex';
import { agreesWithModel } from '@valvekit-internal/laws/explore/random';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

test('a mutex does what its model does in random programs', () => {
  agreesWithModel('mutex', library, 1000);
});

test('no update is lost, whenever the work inside ends', async () => {
  await inAnyOrder(async (work) => {
    const mutex = createMutex();
    let count = 0;
    const increment = async (name: string) => {
      const before = count;
      await work(name);
      count = before + 1;
    };
    await Promise.all(['A', 'B', 'C', 'D'].map((name) => mutex.sandbox(() => increment(name))));
    expect(count).toBe(4);
    expect(mutex.isLocked).toBe(false);
  }, 100);
});
