import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOfSources } from '../src/build.ts';
import { type Contestant, contestantsOf, everybody } from '../src/contestants.ts';
import { runtimeOf } from '../src/process.ts';
import type { Line } from '../src/results.ts';
import { type Plan, runRow } from '../src/run.ts';
import type { Row } from '../src/workload.ts';
import { workloads } from '../src/workloads.ts';

const seen: string[] = [];
let program: string;
let plan: Plan;

beforeAll(async () => {
  program = await programOfSources(`test-${process.pid}`);
  plan = {
    runtime: await runtimeOf(process.execPath),
    rounds: 2,
    budget: { warmUp: 0, sample: 0, samples: 0 },
    cap: 20_000,
    onProgress: (text) => void seen.push(text),
  };
});

afterAll(() => rmSync(dirname(program), { recursive: true }));

const [freeLock] = workloads.W1 as [Row];

const run = (names: string[], sizes: number[], overrides: Partial<Plan> = {}): Promise<Line[]> => {
  const contestants = names.map((name): Contestant => ({ name, subject: name, kind: 'peer', program }));
  return runRow('W1', freeLock, sizes, contestants, { ...plan, ...overrides });
};

describe('runRow', () => {
  it('measures each contestant in its own process, once per round', async () => {
    const lines = await run(['valvekit', 'p-mutex'], [10, 20]);
    expect(lines.map(({ size }) => size)).toEqual([10, 20]);
    for (const { measurements } of lines) {
      expect(measurements.map(({ subject }) => subject)).toEqual(['valvekit', 'p-mutex']);
      for (const { rounds, wrong, stopped } of measurements) {
        expect(rounds).toHaveLength(2);
        expect([wrong, stopped]).toEqual([undefined, undefined]);
      }
    }
    expect(seen).toContain('W1 lock, 20: round 2 of 2, p-mutex');
  });

  it('disqualifies a contestant that fails, and does not run it again', async () => {
    seen.length = 0;
    const [line] = await run(['p-map'], [10]);
    expect(line?.measurements[0]).toMatchObject({ rounds: [], wrong: 'Error: p-map takes no part in W1 lock' });
    expect(seen).toHaveLength(1);
  });

  it('stops a contestant that takes too long, and does not run it again', async () => {
    seen.length = 0;
    const [line] = await run(['valvekit'], [10], { cap: 1 });
    expect(line?.measurements[0]).toMatchObject({ rounds: [], stopped: 1 });
    expect(seen).toHaveLength(1);
  });
});

describe('contestantsOf', () => {
  it('returns the floors of the row in order, valvekit, and the peers that have the thing', async () => {
    const map = (workloads.W4 as Row[]).find(({ thing }) => thing === 'map') as Row;
    const names = (await contestantsOf(map, everybody(program))).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['ten loops', 'a semaphore by hand', 'valvekit']);
    expect(names).toContain('p-map');
    expect(names).not.toContain('p-mutex');
    expect(names).not.toContain('a linked list');
  });
});
