import { describe, expect, test } from 'vitest';
import { nodes } from './nodes.ts';
import { runProgram } from './program.ts';

const kinds = [
  'Mutex, bare',
  'Mutex, callbacks',
  'ReadWriteLock, bare',
  'ReadWriteLock, upgrades',
  'Semaphore, scoped',
  'KeyedLocks, a key for each round',
  'KeyedLocks, a key for each wait',
  'several at once',
  'Barrier',
  'ASemaphore',
];

describe('the heap does not grow with use', () => {
  test.each(kinds)('%s', async (kind) => {
    const { output, errors } = await runProgram(process.execPath, ['--expose-gc'], 'heap.mjs', kind);
    expect(errors).toBe('');
    const growth = Object.entries<number>(JSON.parse(output));
    expect(growth).toHaveLength(5);
    // Less than one pointer for each of the 10,000 waits in a round.
    expect(growth.filter(([, bytes]) => bytes > 64 * 1024)).toEqual([]);
  });
});

test.each(nodes)('Node $version: no wait keeps alive what it captured', async ({ node }) => {
  const { output, errors } = await runProgram(node, ['--expose-gc'], 'nothing-left.mjs');
  expect(errors).toBe('');
  expect(output).toBe('[] 104');
});
