import { describe, expect, it } from 'vitest';
import type { Kind } from '../../playground/engine/kind.ts';
import { mutex } from '../../playground/engine/mutex.ts';
import { readWriteLock } from '../../playground/engine/read-write-lock.ts';
import { Run } from '../../playground/engine/run.ts';
import { semaphore } from '../../playground/engine/semaphore.ts';
import { kinds } from './kinds.ts';

/** Everything that is displayed of a run. */
function picture(run: Run): unknown {
  const actors = run.actors.map(({ name, spans, ending }) => {
    return { name, ending, spans: spans.filter(({ from, to }) => from !== to) };
  });
  return { now: run.now, state: run.state, actors };
}

async function replayed(kind: Kind, run: Run): Promise<Run> {
  const replay = new Run(kind, structuredClone(run.scenario));
  await replay.passTo(run.now);
  return replay;
}

describe('Run', () => {
  for (const kind of kinds) {
    for (const { title, scenario } of kind.examples) {
      it(`of ${kind.name}, "${title}", gives the same picture step by step as all at once`, async () => {
        const steps = new Run(kind, structuredClone(scenario));
        while (!steps.isOver) await steps.step();
        expect(steps.actors.every(({ ending }) => ending !== undefined)).toBe(true);
        expect(picture(await replayed(kind, steps))).toEqual(picture(steps));
      });
    }
  }

  it('can be replayed from its scenario, with everything that a visitor has done', async () => {
    const run = new Run(semaphore, { capacity: 1, time: 0, steps: [] });
    await run.do({ at: 0, ask: 'A', hold: 1000 });
    await run.do({ at: 0, ask: 'B', hold: 1000 });
    await run.do({ at: 0, ask: 'C', hold: 1000, timeout: 500 });
    await run.passTo(300);
    await run.end('A', 'throw');
    await run.do({ at: 300, ask: 'D', hold: 400, permits: 2 });
    await run.do({ at: 300, capacity: 3 });
    await run.step();
    await run.do({ at: run.now, ask: 'E', hold: 100 });
    await run.do({ at: run.now, abort: 'E' });
    await run.passTo(5000);

    const endings = Object.fromEntries(run.actors.map(({ name, ending }) => [name, ending]));
    expect(endings).toEqual({ A: 'threw', B: 'left', C: 'left', D: 'refused', E: 'left' });
    expect(picture(await replayed(semaphore, run))).toEqual(picture(run));
  });

  it('takes a step after other events at the same time, also when replayed', async () => {
    const run = new Run(mutex, { time: 0, steps: [{ at: 0, ask: 'A', hold: 1000 }] });
    await run.passTo(500);
    await run.do({ at: 500, ask: 'B', hold: 1000 });
    await run.step();
    expect(run.now).toBe(1000);
    await run.do({ at: 1000, abort: 'B' });
    expect(run.actors[1]?.phase).toBe('holds');
    expect(picture(await replayed(mutex, run))).toEqual(picture(run));
  });

  it('reads the state from the primitive, and reports what happens in words', async () => {
    const run = new Run(mutex, {
      time: 0,
      steps: [
        { at: 100, ask: 'A', hold: 400 },
        { at: 200, ask: 'B', hold: 0 },
      ],
    });
    expect(run.state).toEqual({ isLocked: false, waiting: 0 });
    await run.passTo(200);
    expect(run.state).toEqual({ isLocked: true, waiting: 1 });
    await run.passTo(600);
    expect(run.state).toEqual({ isLocked: false, waiting: 0 });
    expect(run.events.map(({ at, text }) => `${at} ${text}`)).toEqual([
      '100 A asks',
      '100 A holds',
      '200 B asks',
      '500 A leaves',
      '500 B holds',
      '500 B leaves',
    ]);
  });

  it('can make an upgradable reader throw before it writes', async () => {
    const run = new Run(readWriteLock, {
      time: 0,
      steps: [{ at: 0, ask: 'A', mode: 'upgradable', hold: 1000, writes: 1000 }],
    });
    await run.passTo(400);
    await run.end('A', 'throw');
    expect(run.actors[0]).toMatchObject({ ending: 'threw', spans: [{ phase: 'reads', from: 0, to: 400 }] });
    expect(run.state).toMatchObject({ isLocked: false });
    expect(picture(await replayed(readWriteLock, run))).toEqual(picture(run));
  });

  it('ignores a request to end an actor that does not exist or does not hold', async () => {
    const run = new Run(mutex, {
      time: 0,
      steps: [
        { at: 0, ask: 'A', hold: 9 },
        { at: 0, ask: 'B', hold: 9 },
      ],
    });
    await run.passTo(0);
    await run.end('B', 'return');
    await run.end('Z', 'throw');
    expect(run.actors.map(({ phase }) => phase)).toEqual(['holds', 'waits']);
  });
});
