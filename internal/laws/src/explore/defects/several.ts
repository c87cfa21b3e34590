import { waitersOf } from '@valvekit/core/line';
import type { Guard, Lockable, Several, WaitOptions } from 'valvekit';
import type { Defect } from '../defect.ts';
import { patch } from '../patch.ts';

/** Faults of requests for several locks. */
export const severalDefects: Defect[] = [
  {
    name: 'a joint request takes what is free and waits for the rest',
    plant(modules) {
      const acquireAll = (locks: Several, options?: WaitOptions): Promise<Guard> => {
        const [first, ...others] = [...locks] as Lockable[];
        if (first === undefined) return modules.acquireAll([], options);
        return first.acquire(options).then((guard) =>
          acquireAll(others, options).then((rest) => ({
            released: false,
            release() {
              guard.release();
              rest.release();
            },
            [Symbol.dispose]() {},
          })),
        );
      };
      Object.assign(modules, { acquireAll });
    },
    primitive: 'several',
    shownBy: 'two joint requests among single ones',
  },
  {
    name: 'a joint request forgets to undo what it took',
    edits: [['core', 'this[giveBack](priority, entrance);', '']],
    primitive: 'several',
    shownBy: 'requests that do not wait',
  },
  {
    name: 'a part blocks the head of another line that has aborted',
    edits: [['core', 'if (isQueued) dropAborted(line);', ';']],
    primitive: 'several',
    shownBy: 'a listener before ours stops the event, and a joint request joins',
  },
  {
    name: 'a part stays in its line after the whole gave up',
    edits: [['core', 'part.line.giveUp(part);', 'if (part.abortedSignal === undefined) part.line.giveUp(part);']],
    primitive: 'several',
    shownBy: 'signals of their own',
  },
  {
    name: 'a newcomer overtakes a joint request at the head',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'admitNow', function (admitNow, request, verb, priority) {
        const isJoint = waitersOf(this as never)[0]?.verb.name === 'acquireAll';
        return admitNow(request, isJoint ? { ...verb, rank: Number.POSITIVE_INFINITY } : verb, priority);
      });
    },
    primitive: 'several',
    shownBy: 'two joint requests among single ones',
  },
  {
    name: 'a joint request is granted when it is first in one line',
    edits: [['core', 'this.#parts.every((each) => each.isQueued && each.line.head === each)', 'true']],
    primitive: 'several',
    shownBy: 'a large request at the head of one line that may abort',
  },
  {
    name: 'the other lines do not move up when a joint request ends',
    plant({ WaiterQueue }) {
      const { cancelAll } = WaiterQueue.prototype;
      patch(WaiterQueue, 'cancelAll', function (_cancelAll, reason) {
        const waiters = waitersOf(this as never).filter(({ verb }) => verb.name === 'acquireAll');
        for (const waiter of waiters) Object.assign(waiter, { giveUp: () => {} });
        cancelAll.call(this, reason);
      });
    },
    primitive: 'several',
    shownBy: 'each lock is canceled',
  },
  {
    name: 'a joint holder releases one lock after the other',
    edits: [
      [
        'core',
        'entrance.line.untake(entrance.request);',
        'entrance.line[end === undefined ? "giveBack" : "untake"](entrance.request);',
      ],
    ],
    primitive: 'several',
    shownBy: 'one release that lets three in, who release at once',
  },
  {
    name: 'the parts of joint requests go first in their lines',
    edits: [['core', '...verb(name, request)', '...verb(name, request, false, 1)']],
    primitive: 'several',
    shownBy: 'readers first, except for those who want another lock, too',
  },
  {
    name: 'permits of one semaphore do not add up',
    edits: [['core', 'permits: found.permits + (other.permits as number)', 'permits: found.permits']],
    primitive: 'several',
    shownBy: 'permits that add up, and more than there are',
  },
  {
    name: 'a joint request that was canceled while an aborted waiter left is granted',
    edits: [['core', 'each.isQueued && each.line', '!each.isQueued || each.line']],
    primitive: 'several',
    shownBy: 'an aborted head in another line',
    exploration: 'faults',
  },
];
