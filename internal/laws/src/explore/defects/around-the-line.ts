import type { Defect, Modules } from '../defect.ts';
import { patch, without } from '../patch.ts';

/** After a wait has ended for such a reason, no waiter moves up. A signal's reason is not given, but looked up. */
function staysPut({ WaiterQueue }: Modules, after: (reason: unknown) => boolean): void {
  const stuck = new WeakSet<object>();
  patch(WaiterQueue, 'giveUp', function (giveUp, waiter, reason) {
    if (after(reason)) stuck.add(this);
    giveUp(waiter, reason);
  });
  patch(WaiterQueue, 'drain', function (drain) {
    if (!stuck.has(this)) drain();
    stuck.delete(this);
  });
}

/** Faults in ending a wait, and in reporting its outcome. */
export const otherCoreDefects: Defect[] = [
  {
    name: 'no waiter moves up when the head aborts',
    plant: (modules) => staysPut(modules, (reason) => reason === undefined),
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may abort',
  },
  {
    name: 'no waiter moves up when the head times out',
    plant: (modules) => staysPut(modules, (reason) => reason instanceof modules.TimeoutError),
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may time out',
  },
  {
    name: 'an aborted signal takes a free lock',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'ask', (ask, request, terms, verb) => ask(request, { ...terms, signal: undefined }, verb));
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a timeout of zero waits',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'ask', (ask, request, terms, verb) =>
        ask(request, { ...terms, timeout: terms.timeout || Number.POSITIVE_INFINITY }, verb),
      );
    },
    primitive: 'mutex',
    shownBy: 'a timer and a signal on one wait, and a timeout of zero',
  },
  {
    name: 'a timer is not cleared',
    plant(_modules, afterwards) {
      const { clearTimeout } = globalThis;
      // With a setter, so that the explorer cannot put its own in its place.
      Object.defineProperty(globalThis, 'clearTimeout', { get: () => () => {}, set() {}, configurable: true });
      afterwards(() => {
        Object.defineProperty(globalThis, 'clearTimeout', { value: clearTimeout, configurable: true, writable: true });
      });
    },
    primitive: 'mutex',
    shownBy: 'timers',
  },
  {
    name: 'a listener is not removed',
    plant(_modules, afterwards) {
      AbortSignal.prototype.removeEventListener = () => {};
      afterwards(() => Reflect.deleteProperty(AbortSignal.prototype, 'removeEventListener'));
    },
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a timer that cannot be started leaves a listener',
    plant({ Waiter }) {
      patch(Waiter, 'limit', function (limit, terms) {
        without(this, 'unlimit', () => limit(terms));
      });
    },
    primitive: 'mutex',
    shownBy: 'three wait, one gives up',
    exploration: 'faults',
  },
  {
    name: 'a callback that throws stops the others',
    plant({ Waiter }) {
      patch(Waiter, 'run', function () {
        if (this.hasGivenUp) this.reject(this.outcome);
        else this.resolve(this.outcome);
      });
    },
    primitive: 'semaphore',
    shownBy: 'callbacks that throw',
  },
  {
    name: 'callbacks run before everything is decided',
    plant({ deliver, Waiter }) {
      patch(Waiter, 'grant', (grant, value) => {
        grant(value);
        deliver();
      });
    },
    primitive: 'semaphore',
    shownBy: 'callbacks that release and take',
  },
  {
    name: 'callbacks of refusals run before everything is decided',
    plant({ deliver, Waiter }) {
      patch(Waiter, 'giveUp', (giveUp, reason) => {
        giveUp(reason);
        deliver();
      });
    },
    primitive: 'mutex',
    shownBy: 'a shared signal, and a refusal that releases the holder',
  },
];
