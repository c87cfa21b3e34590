import { contendInSandbox, excludesInSandbox } from '../exclusion.ts';
import { mustHold, row } from '../workload.ts';

const shared = { thing: 'several', floors: ['one sandbox', 'nested sandboxes'], check: excludesInSandbox } as const;

export const w12 = [
  row({
    ...shared,
    id: 'W12 free',
    title: 'an async function under two free locks',
    sizes: [100_000],
    isRepetition: true,
    per: 'call',
    prepare: (run) => async (size) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += await run(async () => 1);
      mustHold(sum === size, `${size} functions returned 1 each, but the sum is ${sum}`);
    },
  }),
  row({
    ...shared,
    id: 'W12 contended',
    title: 'all tasks queue together for the same two locks; each one awaits',
    sizes: [10_000],
    per: 'task',
    prepare: (run) => (size) => contendInSandbox(run, size, 1),
  }),
];
