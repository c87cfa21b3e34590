import { Tally } from '../tally.ts';
import { type Row, row } from '../workload.ts';

// Has no common divisor with the numbers of priorities below, so all of them come up, one after the other.
const STEP = 7919;

/** @param priorityOf - the priority of the task at a place in the order of arrival */
const priorities = (
  what: string,
  title: string,
  sizes: readonly number[],
  priorityOf: (place: number) => number,
): Row =>
  row({
    id: `W10 ${what} priorities`,
    title: `all queue together, with ${title}`,
    thing: 'priority',
    sizes,
    per: 'task',
    prepare: (run) => async (size) => {
      const tally = new Tally(size);
      let last = Number.POSITIVE_INFINITY;
      const task = (priority: number) => (): void => {
        if (priority > last) tally.wrong('a lower priority went first');
        last = priority;
        tally.count();
      };
      let open!: () => void;
      const isOpen = new Promise<void>((resolve) => {
        open = resolve;
      });
      void run(Number.MAX_SAFE_INTEGER, () => isOpen);
      for (let place = 0; place < size; place++) {
        const priority = priorityOf(place);
        void run(priority, task(priority));
      }
      open();
      await tally.all;
    },
  });

const mixed = (distinct: number): Row => {
  const title = `${distinct.toLocaleString('en')} distinct priorities`;
  return priorities(String(distinct), title, [10_000, 100_000], (place) => (place * STEP) % distinct);
};

export const w10 = [
  mixed(3),
  mixed(1_000),
  priorities('equal', 'the same priority', [20_000], () => 0),
  priorities('falling', 'each with a lower priority than the one before', [20_000], (place) => -place),
];
