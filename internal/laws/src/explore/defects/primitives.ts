import type { Fire } from 'valvekit';
import type { Defect } from '../defect.ts';
import { patch } from '../patch.ts';

/** Faults in the rules of one primitive. */
export const primitiveDefects: Defect[] = [
  {
    name: 'the last permit is never granted',
    plant({ Semaphore, admit }) {
      patch(Semaphore, admit, function (admit, permits) {
        return permits < this.available && admit(permits);
      });
    },
    primitive: 'semaphore',
    shownBy: 'one release that admits two',
  },
  {
    name: 'a lowered capacity keeps impossible requests in the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveUp', (giveUp, waiter, reason) => {
        if (!(reason instanceof RangeError)) giveUp(waiter, reason);
      });
    },
    primitive: 'semaphore',
    shownBy: 'a capacity that changes',
  },
  {
    name: 'a set runs a callback before it has tested every condition',
    plant({ Barrier, Waiter }) {
      let isSetting = false;
      patch(Barrier, 'set', (set, value) => {
        isSetting = true;
        set(value);
        isSetting = false;
      });
      // It happens to a waiter as soon as it has matched.
      patch(Waiter, 'settle', function (settle, outcome, hasGivenUp) {
        settle(outcome, hasGivenUp);
        if (!isSetting) return;
        this.run();
        this.run = () => {};
      });
    },
    primitive: 'barrier',
    shownBy: 'a callback that sets the next ticket',
  },
  {
    name: 'a set ends tests after values, whichever came first',
    edits: [['barrier', 'leavers.sort', 'leavers.toSorted']],
    primitive: 'barrier',
    shownBy: 'values, lists, RegExps and functions',
  },
  {
    name: 'a RegExp keeps its lastIndex',
    plant({ Barrier }) {
      patch(Barrier, 'wait', (wait, condition, ...rest) => {
        const isRegExp = condition instanceof RegExp;
        return wait(isRegExp ? (ticket: unknown) => condition.test(String(ticket)) : condition, ...rest);
      });
    },
    primitive: 'barrier',
    shownBy: 'RegExps with a lastIndex, tested again and again',
  },
  {
    name: 'it fires before it has counted down',
    plant(modules) {
      const { createASemaphore } = modules;
      modules.createASemaphore = (...[count, fire]) => {
        const asemaphore = createASemaphore(count as number);
        const { p } = asemaphore;
        asemaphore.p = function (...args) {
          if (this.count === 1) (fire as Fire).apply(this, args);
          return p.apply(this, args);
        };
        return asemaphore;
      };
    },
    primitive: 'asemaphore',
    shownBy: 'up and down',
  },
  {
    name: 'it counts below zero',
    edits: [['asemaphore', 'line.count === 0', 'false']],
    primitive: 'asemaphore',
    shownBy: 'up and down',
  },
  {
    name: 'a wait for zero that gives up ends the others',
    edits: [['asemaphore', 'this.count === 0 &&', '']],
    primitive: 'asemaphore',
    shownBy: 'waits for zero',
    exploration: 'promises',
  },
];
