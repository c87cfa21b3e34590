import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

test('what one waiter costs does not depend on how many others wait', async () => {
  const { output, errors } = await runProgram(process.execPath, [], 'cost.mjs');
  expect(errors).toBe('');
  // Beside ten times as many. A search through the line would make it 10.
  const ratios = Object.entries<number>(JSON.parse(output));
  expect(ratios).toHaveLength(7);
  expect(ratios.filter(([, ratio]) => ratio > 5)).toEqual([]);
});
