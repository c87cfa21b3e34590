import { contend } from '../exclusion.ts';
import { row } from '../workload.ts';

export const w3 = [
  row({
    id: 'W3 contended',
    title: 'all tasks queue together; each one takes the lock, awaits, and releases it',
    thing: 'lock',
    floors: ['a linked list'],
    sizes: [100, 10_000, 1_000_000],
    per: 'task',
    prepare: (lock) => (size) => contend(lock, size),
  }),
];
