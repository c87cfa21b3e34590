import type { Line, Measurement, Results } from '../src/results.ts';

/** A line like one from a run. */
export function lineOf(row: string, measurements: Measurement[], overrides: Partial<Line> = {}): Line {
  return {
    workload: row.split(' ')[0] as string,
    row,
    title: `what ${row} does`,
    size: 100,
    isRepetition: false,
    per: 'task',
    unit: 'ns',
    measurements,
    ...overrides,
  };
}

export const ours = (...rounds: number[]): Measurement => ({ subject: 'valvekit', kind: 'ours', rounds });

export const floor = (...rounds: number[]): Measurement => ({ subject: 'a floor', kind: 'floor', rounds });

export const peer = (subject: string, ...rounds: number[]): Measurement => ({ subject, kind: 'peer', rounds });

export const resultsOf = (...lines: Line[]): Results => ({
  date: '2030-01-02T03:04:05.678Z',
  command: 'pnpm bench',
  cpu: 'a processor',
  cores: 4,
  runtime: 'Node 99.0.0',
  rounds: 3,
  lines,
  goals: [],
});
