import type { Defect } from '../defect.ts';
import { patch } from '../patch.ts';

/** Faults in the order of a line that has priorities and ranks. */
export const laneDefects: Defect[] = [
  {
    name: 'a higher priority is served later',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'join', (join, waiter, terms) => join(waiter, { ...terms, priority: -terms.priority }));
    },
    primitive: 'mutex',
    shownBy: 'priorities',
  },
  {
    name: 'a lane is looked for in the wrong half',
    edits: [['core', 'block[middle] as Lane, rank, priority) < 0', 'block[middle] as Lane, rank, priority) > 0']],
    primitive: 'mutex',
    shownBy: 'four priorities',
  },
  {
    name: 'a lane that loses its last waiter stays',
    edits: [['core', 'if (block.length > 1)', 'if (block.length < 0)']],
    primitive: 'mutex',
    shownBy: 'priorities',
  },
  {
    name: 'ranks do not order the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'join', (join, waiter, terms) => {
        join(Object.assign(waiter, { verb: { ...waiter.verb, rank: 0 } }), terms);
      });
    },
    primitive: 'rwlock',
    shownBy: 'a batch of readers between writers, readers first',
  },
];
