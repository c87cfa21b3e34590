import { KeyedLocks } from '@valvekit/keyed';
import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import {
  keyedMutexUnderTest,
  keyedReadSideUnderTest,
  keyedSemaphoreUnderTest,
  keyedWriteSideUnderTest,
} from '@valvekit-internal/laws/line/keyed-under-test';
import { scopedLockLaws } from '@valvekit-internal/laws/line/lock-laws';
import { threadSubject } from '@valvekit-internal/laws/line/thread-subject';

scopedLockLaws('The mutex of a key', () => keyedMutexUnderTest(new KeyedLocks()));
scopedLockLaws('The mutex of a key beside a busy one', () => {
  const locks = new KeyedLocks();
  locks.mutex('another').tryAcquire();
  return keyedMutexUnderTest(locks);
});
scopedLockLaws('The semaphore of a key, of one permit', () => keyedSemaphoreUnderTest(new KeyedLocks()));
scopedLockLaws('The read side of a key', () => keyedReadSideUnderTest(new KeyedLocks()));
scopedLockLaws('The write side of a key', () => keyedWriteSideUnderTest(new KeyedLocks()));

contractLaws(
  'The semaphore of a key, of three permits',
  threadSubject(() => new KeyedLocks().semaphore('key', 3), 3, ['permits']),
);
