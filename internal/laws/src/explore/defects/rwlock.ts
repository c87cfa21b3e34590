import type { Defect } from '../defect.ts';
import { patch, without } from '../patch.ts';

/** Faults in the rules of the read/write lock. */
export const rwlockDefects: Defect[] = [
  {
    name: 'a batch of readers stops at one',
    plant({ ReadWriteLock, admit }) {
      patch(ReadWriteLock, admit, function (admit, request) {
        return (request !== 'read' || this.readers === 0 || this.waiting === 0) && admit(request);
      });
    },
    primitive: 'rwlock',
    shownBy: 'a batch of readers between writers',
  },
  {
    name: "readers of the policy 'readers' wait behind writers",
    plant(modules) {
      const { createReadWriteLock } = modules;
      modules.createReadWriteLock = () => createReadWriteLock();
    },
    primitive: 'rwlock',
    shownBy: 'readers around a writer, readers first',
  },
  {
    name: 'a downgrade admits no reader',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveBack', function (giveBack, request) {
        if (request === 'downgrade') without(this, 'drain', () => giveBack(request));
        else giveBack(request);
      });
    },
    primitive: 'rwlock',
    shownBy: 'a writer that downgrades',
  },
  {
    name: 'an upgradable guard releases what a reader holds',
    plant({ ReadWriteLock, giveBack }) {
      patch(ReadWriteLock, giveBack, (giveBack, request) => giveBack(request === 'upgradable' ? 'read' : request));
    },
    primitive: 'rwlock',
    shownBy: 'an upgradable hold next to readers',
  },
  {
    name: 'an upgrade waits behind others',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'join', (join, waiter, terms) => {
        if (waiter.request === 'upgrade') Object.assign(waiter, { verb: { ...waiter.verb, rank: 0 } });
        join(waiter, terms);
      });
    },
    primitive: 'rwlock',
    shownBy: 'an upgrade before a writer',
    exploration: 'promises',
  },
  {
    name: 'an upgrade does not wait for readers',
    plant({ ReadWriteLock, admit, giveBack }) {
      patch(ReadWriteLock, admit, function (admit, request) {
        while (request === 'upgrade' && this.readers > 1) this[giveBack]('read');
        return admit(request);
      });
    },
    primitive: 'rwlock',
    shownBy: 'an upgrade next to a reader',
    exploration: 'promises',
  },
  {
    name: 'an upgrade that gives up releases its guard',
    plant({ WaiterQueue }) {
      patch(WaiterQueue, 'giveUp', function (giveUp, waiter, reason) {
        giveUp(waiter, reason);
        if (waiter.request === 'upgrade') this.giveBack('upgradable');
      });
    },
    primitive: 'rwlock',
    shownBy: 'an upgrade next to a reader',
    exploration: 'promises',
  },
  {
    name: 'a guard that is released leaves its upgrade in the line',
    plant({ createReadWriteLock, Hold }) {
      const guard = createReadWriteLock().upgradable.tryAcquire();
      Object.assign(Object.getPrototypeOf(guard), { release: Hold.prototype.release });
    },
    primitive: 'rwlock',
    shownBy: 'an upgrade next to a reader',
    exploration: 'promises',
  },
];
