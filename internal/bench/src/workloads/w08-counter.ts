import { mustHold, row } from '../workload.ts';

const shared = {
  thing: 'counter',
  floors: ['an integer'],
  sizes: [1_000_000],
  isRepetition: true,
  per: 'pair',
} as const;

export const w8 = [
  row({
    ...shared,
    id: 'W8 to zero',
    title: 'v(), p(), reaching zero each time',
    prepare: (counter) => async (size) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += counter.v() + counter.p();
      mustHold(sum === size, `the counts add up to ${sum}`);
    },
  }),
  row({
    ...shared,
    id: 'W8 above zero',
    title: 'v(), p() while other operations are unfinished',
    prepare: (counter) => async (size) => {
      let sum = counter.v();
      for (let i = 0; i < size; i++) sum += counter.v() + counter.p();
      sum += counter.p();
      mustHold(sum === 3 * size + 1, `the counts add up to ${sum}`);
    },
  }),
];
