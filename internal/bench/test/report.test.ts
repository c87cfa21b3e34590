import { expect, it } from 'vitest';
import { ahead, floor as toFloor } from '../src/goal.ts';
import { markdown } from '../src/report.ts';
import { summary, table } from '../src/terminal.ts';
import { floor, lineOf, ours, peer, resultsOf } from './lines.ts';

const contended = lineOf('W3 contended', [
  floor(100),
  ours(150),
  peer('fast', 75),
  { ...peer('wrong one'), wrong: 'two were inside' },
  { ...peer('endless'), stopped: 2 },
]);
const goals = [toFloor('W3 contended', 2), toFloor('W3 contended', 1.25), toFloor('W9 other', 1)];

it('prints all results with both ratios', () => {
  expect(table(contended)).toBe(
    [
      'W3 contended, 100           ns   vs floor    vs ours',
      'a floor                    100     1.00 ×    0.667 ×',
      'fast                      75.0    0.750 ×    0.500 ×',
      'valvekit                   150     1.50 ×     1.00 ×',
      'endless               > 20,000                 133 ×',
      'wrong one         wrong: two were inside',
    ].join('\n'),
  );
});

it('prints the goals that were measured', () => {
  expect(summary(goals, [contended])).toBe(
    [
      'met      W3 contended: at most 2 × the floor – measured: 1.50 ×',
      'NOT MET  W3 contended: at most 1.25 × the floor – measured: 1.50 ×',
    ].join('\n'),
  );
});

it('prints what has changed since a commit instead of goals', () => {
  const line = lineOf('W3 contended', [ours(150), { subject: 'valvekit at abc', kind: 'before', rounds: [100] }]);
  expect(summary(goals, [line])).toBe('W3 contended, 100: 1.50 × valvekit at abc');
});

it('writes a report with goals, reasons and all tables', () => {
  const named = { ...ahead('W3 contended', 1, { who: 'every peer', includes: () => true }) };
  const text = markdown(resultsOf(contended), [...goals, named], new Map([[named.name, 'Fast forgets the order.']]));
  expect(text).toContain('# Node 99.0.0\n');
  expect(text).toContain('on 2030-01-02 by `pnpm bench`: Node 99.0.0, a processor, 4 cores, medians of 3 rounds');
  expect(text).toContain('## Goals: 1 of 3 met');
  expect(text).toContain('| W3 contended: at most 1.25 × the floor | **not met** | 1.50 × |');
  expect(text).toContain('**W3 contended: floor.** No reason given.');
  expect(text).toContain('**W3 contended: ahead of every peer.** Fast forgets the order.');
  expect(text).toContain('| W3 contended, 100 | 150 | 1.50 × | fast | 2.00 × |');
  expect(text).toContain('| *a floor* | 100 (0.667 ×) |');
  expect(text).toContain('| **valvekit** | 150 |');
  expect(text).toContain('| endless | > 20,000 (133 ×) |');
  expect(text).toContain('| wrong one | wrong: two were inside |');
});

it('says when a run had one core', () => {
  expect(markdown({ ...resultsOf(contended), cores: 1 }, [], new Map())).toContain('a processor, one core, medians');
});

it('shows the sizes of a row in one table', () => {
  const larger = lineOf('W3 contended', [ours(300), peer('fast', 600)], { size: 10_000 });
  const text = markdown(resultsOf(contended, larger), [], new Map());
  expect(text).toContain('|  | 100 | 10,000 |');
  expect(text).toContain('| fast | 75.0 (0.500 ×) | 600 (2.00 ×) |');
});
