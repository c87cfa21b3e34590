import { excludes } from '../exclusion.ts';
import type { Lock } from '../subject.ts';
import { row, type Work } from '../workload.ts';

function pairs({ lock, unlock }: Lock): Work {
  return async (size) => {
    for (let i = 0; i < size; i++) unlock(await lock());
  };
}

export const w1 = [
  row({
    id: 'W1 lock',
    title: 'a free lock: await lock(), unlock()',
    thing: 'lock',
    floors: ['a settled promise'],
    sizes: [100_000],
    isRepetition: true,
    per: 'pair',
    prepare: (thing) => pairs(thing),
    check: excludes,
  }),
  row({
    id: 'W1 acquire',
    title: 'a free lock: await acquire(), release()',
    thing: 'guard',
    floors: ['a promise of a new object'],
    sizes: [100_000],
    isRepetition: true,
    per: 'pair',
    prepare: (thing) => pairs(thing),
    check: excludes,
  }),
];
