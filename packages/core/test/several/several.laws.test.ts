import { scopedLockLaws } from '@valvekit-internal/laws/line/lock-laws';
import { severalUnderTest } from '@valvekit-internal/laws/line/several-under-test';
import { KeyedLocks, Mutex, ReadWriteLock, Semaphore } from 'valvekit';

scopedLockLaws('Two mutexes', () => {
  const [a, b] = [new Mutex(), new Mutex()];
  return severalUnderTest([a, b], a, 'Mutex, Mutex');
});

scopedLockLaws('Two mutexes, the second one watched', () => {
  const [a, b] = [new Mutex(), new Mutex()];
  return severalUnderTest([a, b], b, 'Mutex, Mutex');
});

scopedLockLaws('A lock of each kind', () => {
  const mutex = new Mutex();
  const [semaphore, lock] = [new Semaphore(3), new ReadWriteLock({ policy: 'readers' })];
  const keyed = new KeyedLocks().mutex('key');
  const shown = 'Semaphore, ReadWriteLock, Mutex, KeyedLocks mutex "key"';
  return severalUnderTest([[semaphore, { permits: 2 }], lock.read, mutex, keyed], mutex, shown);
});
