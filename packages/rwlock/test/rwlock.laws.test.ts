import { ReadWriteLock } from '@valvekit/rwlock';
import { lockLaws, scopedLockLaws } from '@valvekit-internal/laws/line/lock-laws';
import {
  readSideUnderTest,
  upgradableSideUnderTest,
  writeSideUnderTest,
} from '@valvekit-internal/laws/line/lock-under-test';

for (const policy of ['fair', 'readers'] as const) {
  lockLaws(`ReadWriteLock to write, ${policy}`, () => writeSideUnderTest(new ReadWriteLock({ policy })));
  lockLaws(`ReadWriteLock to read, ${policy}`, () => readSideUnderTest(new ReadWriteLock({ policy })));
  scopedLockLaws(`ReadWriteLock to upgrade, ${policy}`, () => upgradableSideUnderTest(new ReadWriteLock({ policy })));
}
