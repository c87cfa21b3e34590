import { expect, it } from 'vitest';
import { jsonOf } from '../src/results.ts';
import { lineOf, ours, resultsOf } from './lines.ts';

it('writes equivalent JSON, with lists of numbers on one line', () => {
  const results = resultsOf(lineOf('W', [ours(1.5, 20, 3), { ...ours(), wrong: 'it gave [ 1 ]' }]));
  const json = jsonOf(results);
  expect(JSON.parse(json)).toEqual(results);
  expect(json).toContain('"rounds": [1.5, 20, 3]');
});
