import { contendInSandbox } from '../exclusion.ts';
import { LIMIT } from '../subject.ts';
import { mustHold, row, Wrong } from '../workload.ts';

const settled = Promise.resolve();

export const w4 = [
  row({
    id: 'W4 sandbox',
    title: `sandbox on a semaphore of ${LIMIT}, all tasks queue together`,
    thing: 'semaphore',
    floors: ['a semaphore by hand'],
    sizes: [10_000, 100_000],
    per: 'task',
    prepare: (run) => (size) => contendInSandbox(run, size, LIMIT),
  }),
  row({
    id: 'W4 map',
    title: `an async function on each item, ${LIMIT} at a time`,
    thing: 'map',
    floors: ['ten loops', 'a semaphore by hand'],
    sizes: [100_000],
    per: 'item',
    prepare(map, size) {
      const items = Array.from({ length: size }, (_, index) => index);
      let inside = 0;
      const double = async (item: number): Promise<number> => {
        if (++inside > LIMIT) throw new Wrong(`${inside} ran at a time`);
        await settled;
        inside--;
        return 2 * item;
      };
      return async () => {
        const results = await map(items, double);
        mustHold(results.length === size, `${results.length} results for ${size} items`);
        mustHold(results[size - 1] === 2 * (size - 1), 'the results are not in the order of the items');
      };
    },
  }),
];
