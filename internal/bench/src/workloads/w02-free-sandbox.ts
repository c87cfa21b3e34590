import { excludesInSandbox } from '../exclusion.ts';
import type { Run } from '../subject.ts';
import { mustHold, row, type Work } from '../workload.ts';

function calls(run: Run, fn: () => number | Promise<number>): Work {
  return async (size) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += await run(fn);
    mustHold(sum === size, `${size} functions returned 1 each, but the sum is ${sum}`);
  };
}

const shared = {
  thing: 'sandbox',
  floors: ['an async function'],
  sizes: [100_000],
  isRepetition: true,
  per: 'call',
  check: excludesInSandbox,
} as const;

export const w2 = [
  row({
    ...shared,
    id: 'W2 sync',
    title: 'sandbox on a free lock, sync function',
    prepare: (run) => calls(run, () => 1),
  }),
  row({
    ...shared,
    id: 'W2 async',
    title: 'sandbox on a free lock, async function',
    prepare: (run) => calls(run, async () => 1),
  }),
];
