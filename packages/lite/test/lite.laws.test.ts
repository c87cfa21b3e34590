import { Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import { scopedLockLaws } from '@valvekit-internal/laws/line/lock-laws';
import { mutexUnderTest, readSideUnderTest, semaphoreUnderTest, writeSideUnderTest } from './under-test.ts';

scopedLockLaws('lite Mutex', () => mutexUnderTest(new Mutex()));
scopedLockLaws('lite Semaphore of one permit', () => semaphoreUnderTest(new Semaphore()));
scopedLockLaws('lite Semaphore of five, taken by threes', () => semaphoreUnderTest(new Semaphore(5), 3));
scopedLockLaws('lite ReadWriteLock to write', () => writeSideUnderTest(new ReadWriteLock()));
scopedLockLaws('lite ReadWriteLock to read', () => readSideUnderTest(new ReadWriteLock()));
