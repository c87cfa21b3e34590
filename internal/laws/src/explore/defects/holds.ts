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
  {
    name: 'the ledger of bare holds counts those of guards',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'take', (take, request, verb) => take(request, { ...verb, isBare: true }));
    },
    primitive: 'mutex',
    shownBy: 'tries, guards and misuse',
  },
  {
    name: 'the ledger of bare holds leaves out waiters',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'drain', function (drain) {
        const { bare } = this;
        drain();
        this.bare = bare;
      });
    },
    primitive: 'mutex',
    shownBy: 'four in a line',
  },
  {
    name: 'the ledger of bare holds counts calls, not permits',
    plant({ WaiterQueue }) {
      const counts = new WeakMap<object, number>();
      Object.defineProperty(WaiterQueue.prototype, 'bare', {
        get(): number {
          return counts.get(this) ?? 0;
        },
        set(count: number) {
          counts.set(this, Math.min(count, this.bare + 1));
        },
      });
    },
    primitive: 'semaphore',
    shownBy: 'one release that admits two',
  },
  {
    name: 'a sandbox ends before the promise of its function',
    plant({ Mutex }) {
      patch(Mutex, 'sandbox', async (sandbox, fn, options) => {
        const [promise] = (await sandbox(() => [fn()], options)) as [unknown];
        return promise;
      });
    },
    primitive: 'mutex',
    shownBy: 'sandboxes',
    exploration: 'promises',
  },
];
