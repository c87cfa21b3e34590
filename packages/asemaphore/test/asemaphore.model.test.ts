import { createASemaphore } from '@valvekit/asemaphore';
import { agreesWithModel } from '@valvekit-internal/laws/explore/random';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

test('an ASemaphore does what its model does in random programs', () => {
  agreesWithModel('asemaphore', library, 1000);
});

test('it fires once, after the last of all jobs, in whichever order they end', async () => {
  await inAnyOrder(async (work) => {
    const events: string[] = [];
    const all = createASemaphore(() => events.push('fire'));
    all.v();
    const jobs = ['A', 'B', 'C', 'D'].map(async (name) => {
      await all.track(work(name));
      events.push('job');
    });
    all.p();
    await all.wait();
    await Promise.all(jobs);
    expect(events.filter((event) => event === 'fire')).toHaveLength(1);
    expect(events).toHaveLength(5);
    expect(all.count).toBe(0);
  }, 100);
});
