// Measures how much longer the same work takes with ten times as many waiters. Prints the ratios: 1 means no difference.
import { Barrier, Mutex, ReadWriteLock, Semaphore } from 'valvekit';

const FEW = 5000;
const MANY = 10 * FEW;
const LEAVING = 2000;
const nothing = () => {};

/** @type {(wait: (options?: import('valvekit').WaitOptions) => void, size: number) => number} */
const leaveFromTheMiddle = (wait, size) => {
  const leavers = Array.from({ length: LEAVING }, () => new AbortController());
  for (let i = 0; i < size / 2; i++) wait();
  for (const { signal } of leavers) wait({ signal });
  for (let i = 0; i < size / 2; i++) wait();
  const start = performance.now();
  for (const leaver of leavers) leaver.abort();
  return performance.now() - start;
};

/** @type {Record<string, (size: number) => number>} */
const works = {
  'leaving a Mutex'(size) {
    const mutex = new Mutex();
    mutex.tryLock();
    return leaveFromTheMiddle((options) => mutex.lock(nothing, options), size);
  },
  'leaving a ReadWriteLock'(size) {
    const lock = new ReadWriteLock();
    lock.tryWriteLock();
    return leaveFromTheMiddle((options) => lock.writeLock(nothing, options), size);
  },
  'leaving a Semaphore'(size) {
    const semaphore = new Semaphore();
    semaphore.tryTake();
    return leaveFromTheMiddle((options) => semaphore.take(nothing, options), size);
  },
  'leaving a Barrier'(size) {
    const barrier = new Barrier(0);
    return leaveFromTheMiddle((options) => barrier.wait(1, nothing, options), size);
  },
  'joining on one signal'(size) {
    const mutex = new Mutex();
    const { signal } = new AbortController();
    mutex.tryLock();
    for (let i = 0; i < size; i++) mutex.lock(nothing, { signal });
    const start = performance.now();
    for (let i = 0; i < LEAVING; i++) mutex.lock(nothing, { signal });
    return performance.now() - start;
  },
  'setting a ticket without waiters'(size) {
    const barrier = new Barrier(0);
    for (let i = 0; i < size; i++) barrier.wait(1, nothing);
    const start = performance.now();
    for (let i = 0; i < LEAVING; i++) barrier.set(-i);
    return performance.now() - start;
  },
  'a turn of a queue'(size) {
    const mutex = new Mutex();
    mutex.tryLock();
    for (let i = 0; i < size; i++) mutex.lock(nothing);
    const start = performance.now();
    for (let i = 0; i < LEAVING; i++) mutex.unlock();
    return performance.now() - start;
  },
};

/** @type {Record<string, number>} */
const ratios = {};
for (const [name, work] of Object.entries(works)) {
  // The best of several runs, because other activity on the machine can only make it slower.
  const best = { few: Number.POSITIVE_INFINITY, many: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 5; i++) {
    best.few = Math.min(best.few, work(FEW));
    best.many = Math.min(best.many, work(MANY));
  }
  ratios[name] = best.many / best.few;
}
console.log(JSON.stringify(ratios));
