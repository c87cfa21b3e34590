import type { Defect } from '../defect.ts';
import { patch } from '../patch.ts';

/** Faults in what is given back, and when. */
export const holdDefects: Defect[] = [
  {
    name: 'a guard releases twice',
    plant({ Hold }) {
      const lines = new WeakMap<object, ReturnType<typeof Hold.prototype.spend>>();
      patch(Hold, 'spend', function (spend) {
        const line = spend() ?? lines.get(this);
        lines.set(this, line);
        return line;
      });
    },
    primitive: 'mutex',
    shownBy: 'tries, guards and misuse',
  },
  {
    name: 'more is released than was taken',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveBackBare', function (_giveBackBare, request) {
        this.giveBack(request);
        return true;
      });
    },
    primitive: 'semaphore',
    shownBy: 'more released than was taken',
  },
];
