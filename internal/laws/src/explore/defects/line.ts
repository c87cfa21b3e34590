import { type Waiter, waitersOf } from '@valvekit/core/line';
import type { Defect } from '../defect.ts';
import { patch, without } from '../patch.ts';

/** Faults of the line, which every lock uses. */
export const lineDefects: Defect[] = [
  {
    name: 'a waiter that gives up admits the next one',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveUp', function (giveUp, waiter, reason) {
        giveUp(waiter, reason);
        if (this.size > 0) this.giveBack(waiter.request);
      });
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a waiter that gave up stays in the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveUp', (_giveUp, waiter, reason) => waiter.giveUp(reason));
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'the wrong waiter leaves the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveUp', function (giveUp, waiter, reason) {
        giveUp(waitersOf(this as never)[0] ?? waiter, reason);
      });
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a late abort revokes a grant',
    plant({ Waiter, WaiterQueue }) {
      const granted = new WeakSet<object>();
      patch(Waiter, 'grant', function (grant, value) {
        granted.add(this);
        without(this, 'unlimit', () => grant(value));
      });
      patch(WaiterQueue, 'giveUp', function (giveUp, waiter, reason) {
        giveUp(waiter, reason);
        if (!granted.delete(waiter)) return;
        waiter.giveUp(reason);
        this.giveBack(waiter.request);
      });
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'newcomers overtake the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'admitNow', (admitNow, request, verb) =>
        admitNow(request, { ...verb, rank: Number.POSITIVE_INFINITY }),
      );
    },
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may abort',
  },
  {
    name: 'a try overtakes the line',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'tryAdmit', (tryAdmit, request, verb) =>
        tryAdmit(request, { ...verb, rank: Number.POSITIVE_INFINITY }),
      );
    },
    primitive: 'semaphore',
    shownBy: 'tries while others wait',
  },
  {
    name: 'a release admits only one waiter',
    plant({ Waiter, WaiterQueue }) {
      let grants = 0;
      patch(Waiter, 'grant', (grant, value) => {
        grants++;
        grant(value);
      });
      patch(WaiterQueue, 'drain', (drain) => {
        drain();
        grants = 0;
      });
      patch(WaiterQueue, 'take', (take, request, verb) => grants === 0 && take(request, verb));
    },
    primitive: 'semaphore',
    shownBy: 'one release that admits two',
  },
  {
    name: 'small requests overtake a large one',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'drain', function (drain) {
        drain();
        for (const waiter of waitersOf(this as never) as Waiter<unknown>[]) {
          if (!this.admitNow(waiter.request, { ...waiter.verb, rank: Number.POSITIVE_INFINITY })) continue;
          // It has to leave the line with what it asked for.
          waiter.giveUp = () => waiter.grant();
          this.giveUp(waiter);
        }
      });
    },
    primitive: 'semaphore',
    shownBy: 'small requests behind a large one',
  },
  {
    name: 'an aborted waiter is admitted before its listener has run',
    plant({ Waiter, WaiterQueue }) {
      let isDraining = false;
      patch(WaiterQueue, 'drain', (drain) => {
        isDraining = true;
        drain();
        isDraining = false;
      });
      const { get } = Object.getOwnPropertyDescriptor(Waiter.prototype, 'abortedSignal') as PropertyDescriptor;
      Object.defineProperty(Waiter.prototype, 'abortedSignal', {
        get(): unknown {
          return isDraining ? undefined : get?.call(this);
        },
      });
    },
    primitive: 'mutex',
    shownBy: 'a listener before ours releases the holder',
  },
  {
    name: 'an aborted head holds back a newcomer',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'join', function (join, waiter, terms) {
        without(this, 'drain', () => join(waiter, terms));
      });
    },
    primitive: 'semaphore',
    shownBy: 'a refusal found by a newcomer aborts and asks',
  },
  {
    name: 'an aborted head holds back a try',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'tryAdmit', function (_tryAdmit, request, verb, priority) {
        return this.admitNow(request, verb, priority);
      });
    },
    primitive: 'semaphore',
    shownBy: 'a listener before ours stops the event',
  },
];
