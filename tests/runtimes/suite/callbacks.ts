import { ASemaphore, Barrier, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { check, equal, pause, rejection, thrown } from './check.ts';
import { uncaughtDuring } from './uncaught.ts';

// Deeper than any stack.
const DEEP = 30_000;

check('callbacks: an error thrown by an immediate callback reaches the caller', () => {
  const mutex = new Mutex();
  const error = new Error('mine');
  const lock = () =>
    mutex.lock(() => {
      throw error;
    });
  equal(thrown(lock), error);
  equal(mutex.isLocked, true);
});

check('callbacks: an error thrown by a waiting callback is reported once, and the next waiter is served', async () => {
  const mutex = new Mutex();
  const error = new Error('thrown on purpose');
  let isNextServed = false;
  await mutex.lock();
  mutex.lock(() => {
    mutex.unlock();
    throw error;
  });
  mutex.lock(() => (isNextServed = true));
  const errors = await uncaughtDuring(async () => {
    mutex.unlock();
    equal(isNextServed, true);
    await pause(20);
  });
  equal(errors, [error]);
  equal(mutex.isLocked, true);
});

check('callbacks: all outcomes of one call are decided before any of them runs', () => {
  const semaphore = new Semaphore(2);
  const seen: number[] = [];
  semaphore.tryTake(2);
  for (let i = 0; i < 2; i++) semaphore.take(() => seen.push(semaphore.waiting, semaphore.available));
  semaphore.release(2);
  equal(seen, [0, 0, 0, 0]);
});

check('callbacks: a deep chain, Mutex', () => {
  const mutex = new Mutex();
  let count = 0;
  mutex.tryLock();
  for (let i = 0; i < 100_000; i++) {
    mutex.lock(() => {
      count++;
      mutex.unlock();
    });
  }
  mutex.unlock();
  equal([count, mutex.isLocked], [100_000, false]);
});

check('callbacks: a deep chain, ReadWriteLock', () => {
  const lock = new ReadWriteLock();
  let count = 0;
  const next = () => {
    count++;
    lock.unlock();
  };
  lock.tryWriteLock();
  for (let i = 0; i < DEEP; i++) {
    if (i % 2 === 0) lock.readLock(next);
    else lock.writeLock(next);
  }
  lock.unlock();
  equal([count, lock.isLocked], [DEEP, false]);
});

check('callbacks: a deep chain, Semaphore', () => {
  const semaphore = new Semaphore(1);
  let count = 0;
  semaphore.tryTake();
  for (let i = 0; i < DEEP; i++) {
    semaphore.take(() => {
      count++;
      semaphore.release();
    });
  }
  semaphore.release();
  equal([count, semaphore.available], [DEEP, 1]);
});

check('callbacks: a deep chain, Barrier', () => {
  const barrier = new Barrier(0);
  for (let i = 1; i <= DEEP; i++) barrier.wait(i, () => barrier.set(i + 1));
  barrier.set(1);
  equal([barrier.get(), barrier.waiting], [DEEP + 1, 0]);
});

check('callbacks: a deep chain, ASemaphore', () => {
  let count = 0;
  const all = new ASemaphore(function (this: ASemaphore) {
    if (++count === DEEP) return;
    this.v();
    this.p();
  });
  all.v();
  all.p();
  equal(count, DEEP);
});

check('promises: a deep chain', async () => {
  const mutex = new Mutex();
  let count = 0;
  await mutex.lock();
  const last = Array.from({ length: DEEP }, async () => {
    await mutex.lock();
    count++;
    mutex.unlock();
  }).at(-1);
  mutex.unlock();
  await last;
  equal(count, DEEP);
});

check('promises: no unhandled rejection in the callback form', async () => {
  const mutex = new Mutex();
  await mutex.lock();
  mutex.lock(() => {}, 1);
  await rejection(mutex.lock({ timeout: 1 }));
  await pause();
  equal(mutex.waiting, 0);
});
