import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

test('the cost of a waiter does not depend on the number of other waiters', async () => {
  const { output, errors } = await runProgram(process.execPath, [], 'cost.mjs');
  expect(errors).toBe('');
  // With ten times as many waiters. A search through the line would make it 10.
  const ratios = Object.entries<number>(JSON.parse(output));
  expect(ratios).toHaveLength(7);
  expect(ratios.filter(([, ratio]) => ratio > 5)).toEqual([]);
});
