import { expect, test } from 'vitest';
import { nodes } from './nodes.ts';
import { runProgram } from './program.ts';

const chains = [
  'mutex',
  'rwlock',
  'semaphore',
  'barrier',
  'asemaphore',
  'sandbox',
  'promises',
  'keyed',
  'keys',
  'several',
  'severalInAChain',
  'lite',
];

// On the machine's own Node, with a fifth of the usual stack size: what fits there fits everywhere.
test.each(chains)('a million waiters, each of which releases the lock to the next one: %s', async (chain) => {
  const node = nodes.at(-1)?.node ?? process.execPath;
  const { output, errors } = await runProgram(node, ['--stack-size=200'], 'million.mjs', chain);
  expect(errors).toBe('');
  expect(output).toBe('1000000');
});
