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
];
