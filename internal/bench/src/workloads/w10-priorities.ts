import { Tally } from '../tally.ts';
import { type Row, row } from '../workload.ts';

// Has no common divisor with the numbers of priorities below, so all of them come up, one after the other.
const STEP = 7919;

const priorities = (distinct: number): Row =>
  row({
    id: `W10 ${distinct} priorities`,
    title: `all queue together, with ${distinct.toLocaleString('en')} distinct priorities`,
    thing: 'priority',
    sizes: [10_000, 100_000],
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
      void run(distinct, () => isOpen);
      for (let place = 0; place < size; place++) {
        const priority = (place * STEP) % distinct;
        void run(priority, task(priority));
      }
      open();
      await tally.all;
    },
  });

export const w10 = [priorities(3), priorities(1_000)];
