import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import { Latch } from '@valvekit-internal/template';
import { expect, test } from 'vitest';

test('a Latch opens after the last job, in whatever order the jobs end', async () => {
  await inAnyOrder(async (work) => {
    const jobs = ['A', 'B', 'C', 'D'];
    const gate = new Latch(jobs.length);
    let done = 0;
    const endings = jobs.map(async (name) => {
      await work(name);
      done++;
      gate.countDown();
    });
    await work('a waiter arrives');
    await gate.wait();
    expect(done).toBe(jobs.length);
    await Promise.all(endings);
  }, 100);
});
