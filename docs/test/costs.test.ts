import { expect, it } from 'vitest';
import type { Line, Results } from '../../internal/bench/src/results.ts';
import { costOf, times } from '../cost/costs.ts';

const size: Line = {
  size: 1,
  isRepetition: true,
  per: 'import',
  unit: 'bytes',
  workload: 'S',
  row: 'S Mutex',
  title: 'import { Mutex }',
  measurements: [
    { subject: 'a small peer', kind: 'peer', rounds: [100] },
    { subject: 'a peer', kind: 'peer', rounds: [3000] },
    { subject: 'valvekit', kind: 'ours', rounds: [2000] },
  ],
};
const contended: Line = {
  workload: 'W3',
  row: 'W3 contended',
  title: 'all queue',
  size: 10_000,
  isRepetition: false,
  per: 'task',
  unit: 'ns',
  measurements: [
    { subject: 'wrong one', kind: 'peer', rounds: [], wrong: 'two were inside' },
    { subject: 'slow one', kind: 'peer', rounds: [], stopped: 60_000 },
    { subject: 'valvekit', kind: 'ours', rounds: [110, 100, 90] },
    { subject: 'a list', kind: 'floor', rounds: [50, 50, 50] },
    { subject: 'quick one', kind: 'peer', rounds: [80, 80, 80] },
  ],
};
const aborts: Line = {
  ...contended,
  workload: 'W5',
  row: 'W5 one signal',
  title: 'waiters abort',
  measurements: [
    { subject: 'a slow list', kind: 'floor', rounds: [90_000, 90_000, 90_000] },
    { subject: 'valvekit', kind: 'ours', rounds: [100, 100, 100] },
    { subject: 'a peer', kind: 'peer', rounds: [300, 300, 300] },
  ],
};

function cost(...lines: Line[]): ReturnType<typeof costOf> {
  const results: Results = {
    date: '2026-01-02T03:04:05.678Z',
    command: 'pnpm bench',
    cpu: 'a processor',
    cores: 2,
    runtime: 'Node 26',
    rounds: 3,
    goals: [],
    lines,
  };
  return costOf(results);
}

it('says when and where it was measured, and folds the charts by topic', () => {
  const { made, topics } = cost(size, contended, aborts);
  expect(made).toEqual({ date: '2026-01-02', command: 'pnpm bench', machine: 'a processor, 2 cores', rounds: 3 });
  expect(topics.map(({ id, charts }) => [id, charts.map(({ id }) => id)])).toEqual([
    ['sizes', ['s-mutex']],
    ['queue', ['w3-contended-10-000']],
    ['giving-up', ['w5-one-signal-10-000']],
  ]);
});

it('begins with a summary, and with where another library is ahead', () => {
  const { summary, behind } = cost(size, contended, aborts);
  expect(summary).toEqual([
    {
      text: 'Queue 10,000 tasks for a mutex',
      ours: '100 ns',
      best: { name: 'quick one', text: '0.80\u00a0×' },
      worst: { name: 'wrong one', text: 'two were inside' },
      chart: 'w3-contended-10-000',
    },
    expect.objectContaining({ ours: '100 ns', best: { name: 'a peer', text: '3.0\u00a0×' } }),
  ]);
  expect(summary[1]).not.toHaveProperty('worst');
  expect(behind).toEqual([
    { title: 'all queue, 10,000', chart: 'w3-contended-10-000', peer: { name: 'quick one', text: '0.80\u00a0×' } },
  ]);
});

it('compares sizes with those of packages that do the same', () => {
  expect(cost(size, aborts).sizes).toEqual([
    {
      abilities: 'AbortSignal',
      packages: [
        { name: 'valvekit', isOurs: true, size: '2,000 bytes' },
        { name: 'a peer', isOurs: false, size: '3,000 bytes' },
      ],
    },
    { abilities: 'None of these', packages: [{ name: 'a small peer', isOurs: false, size: '100 bytes' }] },
  ]);
  expect(cost(contended).sizes).toEqual([]);
});

it('writes ratios in as many digits as people can compare', () => {
  expect([0.0318, 0.0743, 0.0999, 0.197, 0.942, 1, 1.67, 9.94, 18.3, 1234].map(times)).toEqual([
    '1/31',
    '1/13',
    '1/10',
    '0.20\u00a0×',
    '0.94\u00a0×',
    '1.0\u00a0×',
    '1.7\u00a0×',
    '9.9\u00a0×',
    '18\u00a0×',
    '1,234\u00a0×',
  ]);
});

it('draws what crashed, was wrong or took too long as longer than everything else', () => {
  const [topic] = cost(contended).topics;
  const bars = topic?.charts[0]?.bars ?? [];
  expect(bars.map(({ name, isFailed, share }) => [name, isFailed, share])).toEqual([
    ['a list', false, 0.5],
    ['quick one', false, 0.8],
    ['valvekit', false, 1],
    ['slow one', true, 1],
    ['wrong one', true, 1],
  ]);
  expect(bars.find(({ name }) => name === 'wrong one')).toMatchObject({ text: 'wrong: two were inside' });
  expect(bars.find(({ name }) => name === 'slow one')?.text).toMatch(/^> /);
});

it('does not call a floor what is slower than valvekit', () => {
  const kinds = cost(contended, aborts).topics.flatMap(({ charts }) =>
    charts.flatMap(({ bars }) => bars.map(({ name, kind }) => `${name}: ${kind}`)),
  );
  expect(kinds).toContain('a list: floor');
  expect(kinds).toContain('a slow list: by hand');
});

it('puts the sizes of those that can give up beside one another', () => {
  const bars = cost(size, aborts).topics[0]?.charts[0]?.bars ?? [];
  expect(bars.map(({ name, abilities }) => [name, abilities])).toEqual([
    ['valvekit', ['AbortSignal']],
    ['a peer', ['AbortSignal']],
    ['a small peer', []],
  ]);
});
