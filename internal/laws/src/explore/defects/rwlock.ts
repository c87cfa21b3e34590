import type { ReadWriteLock } from 'valvekit';
import type { Defect } from '../defect.ts';
import { patch, patchPolicy, without } from '../patch.ts';

/** Faults in the rules of the read/write lock. */
export const rwlockDefects: Defect[] = [
  {
    name: 'a batch of readers stops at one',
    plant(modules) {
      patchPolicy<ReadWriteLock, string>(modules, ({ admit }, lock) => ({
        admit: (request) => (request !== 'read' || lock.readers === 0 || lock.waiting === 0) && admit(request),
      }));
    },
    primitive: 'rwlock',
    shownBy: 'a batch of readers between writers',
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
];
