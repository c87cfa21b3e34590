import { createSemaphore } from '@valvekit/semaphore';
import { agreesWithModel } from '@valvekit-internal/laws/explore/random';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

test('a semaphore does what its model does in random programs', () => {
  agreesWithModel('semaphore', library, 1000);
});

test('never more permits are held than there are, whenever work ends', async () => {
  await inAnyOrder(async (work) => {
    const semaphore = createSemaphore(3);
    let inside = 0;
    const enter = async (permits: number) => {
      inside += permits;
      expect(inside).toBeLessThanOrEqual(3);
      await work(`${permits}`);
      inside -= permits;
    };
    await Promise.all([1, 2, 3, 1, 1].map((permits) => semaphore.sandbox(() => enter(permits), { permits })));
    expect(semaphore.available).toBe(3);
  }, 100);
});
