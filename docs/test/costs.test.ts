import { expect, it } from 'vitest';
import { costOf } from '../cost/costs.ts';

it('converts the results of a run for the page', () => {
  const line = { size: 1, isRepetition: true, per: 'import', unit: 'bytes' } as const;
  const cost = costOf({
    date: '2026-01-02T03:04:05.678Z',
    command: 'pnpm bench',
    cpu: 'a processor',
    cores: 2,
    runtime: 'Node 26',
    rounds: 3,
    goals: [],
    lines: [
      {
        ...line,
        workload: 'S',
        row: 'S Mutex',
        title: 'import { Mutex }',
        measurements: [
          { subject: 'a peer', kind: 'peer', rounds: [3000] },
          { subject: 'valvekit', kind: 'ours', rounds: [2000] },
        ],
      },
      {
        workload: 'W3',
        row: 'W3 contended',
        title: 'all queue',
        size: 10_000,
        isRepetition: false,
        per: 'task',
        unit: 'ns',
        measurements: [
          { subject: 'wrong one', kind: 'peer', rounds: [], wrong: 'two were inside' },
          { subject: 'valvekit', kind: 'ours', rounds: [110, 100, 90] },
          { subject: 'a list', kind: 'floor', rounds: [50, 50, 50] },
        ],
      },
    ],
  });
  expect(cost).toMatchObject({
    runtime: 'Node 26',
    made: { date: '2026-01-02', command: 'pnpm bench', machine: 'a processor, 2 cores', rounds: 3 },
    sizes: [
      {
        id: 's-mutex',
        title: 'import { Mutex }',
        unit: 'bytes for each import',
        bars: [
          { name: 'valvekit', kind: 'ours', value: 2000, text: '2,000', toOurs: 1 },
          { name: 'a peer', kind: 'peer', value: 3000, text: '3,000', toOurs: 1.5 },
        ],
      },
    ],
    speeds: [
      {
        id: 'w3-contended-10-000',
        title: 'all queue, 10,000',
        unit: 'nanoseconds for each task',
        bars: [{ name: 'a list' }, { name: 'valvekit', value: 100, toOurs: 1 }, { text: 'wrong: two were inside' }],
      },
    ],
  });
  expect(cost.speeds[0]?.bars[2]).not.toHaveProperty('value');
});
