import { describe, expect, it } from 'vitest';
import { type Actor, statusAt } from '../../playground/engine/actor.ts';
import { lookAt, nextEvent, record } from '../../playground/engine/recording.ts';
import type { Scenario } from '../../playground/engine/scenario.ts';
import type { Story } from '../../playground/engine/story.ts';
import { kinds } from '../../playground/stories/all.ts';
import { deadlock } from '../../playground/stories/keyed-locks.ts';
import { lease } from '../../playground/stories/lease.ts';
import { mapAndStream } from '../../playground/stories/map-and-stream.ts';
import { mutex, withdrawals } from '../../playground/stories/mutex.ts';
import { readWriteLock } from '../../playground/stories/read-write-lock.ts';
import { semaphore } from '../../playground/stories/semaphore.ts';

const stories = kinds.flatMap((kind) => kind.stories);

function of(story: Story, changes: Partial<Scenario> = {}): Scenario {
  return { ...structuredClone(story.scenario), story: story.id, ...changes };
}

function phases({ spans }: Actor): string[] {
  return spans.map(({ phase, from, to }) => `${phase} ${from}–${to}`);
}

describe.each(stories.map((story) => [story.id, story] as const))('story "%s"', (_, story) => {
  it('ends well with its lock, and shows what goes wrong without', async () => {
    expect((await record(story, of(story))).verdict).toMatchObject({ isRight: true });
    expect((await record(story, of(story, { without: true }))).verdict).toMatchObject({ isRight: false });
  });

  it('gives the same picture each time', async () => {
    expect(await record(story, of(story))).toEqual(await record(story, of(story)));
  });

  it('ends within ten seconds, and lets nobody wait with its lock', async () => {
    const { actors, end } = await record(story, of(story));
    expect(end).toBeLessThan(10_000);
    expect(actors.filter(({ ending }) => ending === 'waits forever')).toEqual([]);
  });
});

describe('recording', () => {
  it('has who waits, who holds, and the state, read from the lock, at each time', async () => {
    const recording = await record(withdrawals, of(withdrawals));
    expect(recording.actors.map(phases)).toEqual([
      ['holds 200–2000'],
      ['waits 600–2000', 'holds 2000–3600'],
      ['waits 1200–3600', 'holds 3600–5000'],
    ]);
    expect(lookAt(recording, 1999)).toMatchObject({
      values: { balance: 100 },
      lock: { 'mutex.isLocked': true, 'mutex.waiting': 2 },
    });
    expect(lookAt(recording, 2000)).toMatchObject({ values: { balance: 90 }, lock: { 'mutex.waiting': 1 } });
    expect(recording.end).toBe(5000);
    expect([nextEvent(recording, 0), nextEvent(recording, 3600), nextEvent(recording, 5000)]).toEqual([
      200,
      5000,
      undefined,
    ]);
    const [first] = recording.actors;
    expect([199, 200, 1999, 2000].map((time) => first && statusAt(first, time))).toEqual([
      'asks',
      'holds',
      'holds',
      'done',
    ]);
  });

  it('says how each one ended', async () => {
    const [, , givingUp, failure] = mutex.stories;
    const endings = async (story: Story, changes?: Partial<Scenario>) =>
      (await record(story, of(story, changes))).actors.map(({ ending }) => ending);
    expect(await endings(givingUp as Story)).toEqual(['done', 'timed out', 'aborted', 'done']);
    expect(await endings(failure as Story)).toEqual(['threw', 'done', 'done']);
    const steps = [
      { at: 0, ask: 'one', amount: 1, hold: 500 },
      { at: 100, ask: 'two', amount: 1, hold: 500 },
      { at: 200, call: 'cancel' as const },
    ];
    expect(await endings(withdrawals, { steps })).toEqual(['done', 'canceled']);
    expect(await endings(semaphore.stories[0], { steps: [{ at: 0, ask: 'big', hold: 1, permits: 9 }] })).toEqual([
      'refused',
    ]);
  });

  it('tells who leaves before who comes next', async () => {
    const { events } = await record(withdrawals, of(withdrawals));
    expect(events.filter(({ at }) => at === 2000).map(({ text }) => text)).toEqual([
      'withdraw 10 is done',
      'withdraw 20 holds',
    ]);
  });

  it('takes a step after other events of the same time', async () => {
    const steps = [
      { at: 0, ask: 'one', amount: 1, hold: 1000 },
      { at: 500, ask: 'two', amount: 1, hold: 1000 },
      { at: 1000, abort: 'two' },
    ];
    const { actors } = await record(withdrawals, of(withdrawals, { steps }));
    expect(actors.map(({ ending }) => ending)).toEqual(['done', 'done']);
  });

  it('upgrades ahead of a writer that came before the upgrade', async () => {
    const story = readWriteLock.stories[2] as Story;
    const { actors } = await record(story, of(story));
    expect(phases(actors[1] as Actor)).toEqual(['reads 500–1600', 'waits 1600–2200', 'writes 2200–3400']);
    expect(phases(actors[2] as Actor)).toEqual(['waits 900–3400', 'writes 3400–4400']);
  });

  it('reads one item ahead in map', async () => {
    const [story] = mapAndStream.stories;
    const { actors } = await record(story, of(story));
    for (let time = 0; time < 3600; time += 50) {
      expect(actors.filter((actor) => statusAt(actor, time) === 'waits').length).toBeLessThanOrEqual(1);
    }
  });

  it('stops where nobody can go on', async () => {
    const { actors, end } = await record(deadlock, of(deadlock, { without: true }));
    expect(actors.map(({ ending }) => ending)).toEqual(['waits forever', 'waits forever']);
    // The last of them begins to wait at 1800.
    expect(end).toBe(2800);
  });

  it('loses a lease before the next holder has the lock', async () => {
    const [story] = lease.stories;
    const { actors } = await record(story, of(story));
    expect(actors.map(phases)).toEqual([
      ['holds 200–3200', 'lost 3200–7200'],
      ['waits 1000–4201', 'holds 4201–5701'],
    ]);
    expect(actors[0]?.ending).toBe('threw');
  });

  it('leaves the timers and the time of the page alone', async () => {
    const { setTimeout } = globalThis;
    const now = Date.now();
    await record(withdrawals, of(withdrawals));
    expect(globalThis.setTimeout).toBe(setTimeout);
    expect(Date.now()).toBeGreaterThanOrEqual(now);
    expect(Object.hasOwn(performance, 'now')).toBe(false);
  });
});
