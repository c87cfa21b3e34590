// A million waiters, each of which releases the lock to the next one. Prints how many acquired it.
import * as lite from '@valvekit/lite';
import { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';

const MILLION = 1_000_000;
let count = 0;

/** @type {Record<string, () => unknown>} */
const chains = {
  mutex() {
    const mutex = new Mutex();
    const next = () => {
      count++;
      mutex.unlock();
    };
    mutex.tryLock();
    for (let i = 0; i < MILLION; i++) mutex.lock(next);
    mutex.unlock();
  },
  rwlock() {
    const lock = new ReadWriteLock();
    const next = () => {
      count++;
      lock.unlock();
    };
    lock.tryWriteLock();
    for (let i = 0; i < MILLION; i += 2) {
      lock.readLock(next);
      lock.writeLock(next);
    }
    lock.unlock();
  },
  semaphore() {
    const semaphore = new Semaphore();
    const next = () => {
      count++;
      semaphore.release();
    };
    semaphore.tryTake();
    for (let i = 0; i < MILLION; i++) semaphore.take(next);
    semaphore.release();
  },
  barrier() {
    const barrier = new Barrier(-1);
    // Ten waiters for each ticket; the last one sets the next ticket.
    const next = () => {
      if (++count % 10 === 0) barrier.set(count / 10);
    };
    for (let i = 0; i < MILLION; i++) barrier.wait(Math.floor(i / 10), next);
    barrier.set(0);
  },
  asemaphore() {
    const all = new ASemaphore(() => {
      if (++count === MILLION) return;
      all.v();
      all.p();
    });
    all.v();
    all.p();
  },
  sandbox() {
    const mutex = new Mutex();
    mutex.tryLock();
    for (let i = 0; i < MILLION; i++) void mutex.sandbox(() => count++);
    mutex.unlock();
  },
  keyed() {
    const locks = new KeyedLocks();
    const guard = locks.mutex('key').tryAcquire();
    for (let i = 0; i < MILLION; i++) void locks.mutex('key').sandbox(() => count++);
    guard?.release();
    if (locks.size > 0) throw new Error('the key is still there');
  },
  keys() {
    const locks = new KeyedLocks();
    const guard = locks.mutex(' ').tryAcquire();
    for (let i = 0; i < MILLION; i++) void locks.mutex(`key ${i}`).sandbox(() => count++);
    guard?.release();
    if (locks.size > 0) throw new Error('a key is still there');
  },
  several() {
    const [a, b] = [new Mutex(), new Mutex()];
    // A joint request has a waiter in each line: fewer at a time, so that they fit into the heap.
    for (let round = 0; round < 10; round++) {
      a.tryLock();
      for (let i = 0; i < MILLION / 10; i++) void sandboxAll(i % 2 === 0 ? [a, b] : [b, a], () => count++);
      a.unlock();
    }
  },
  // Each request shares one lock with the one before, and one with the one behind.
  severalInAChain() {
    const locks = Array.from({ length: MILLION / 10 + 1 }, () => new Mutex());
    for (let round = 0; round < 10; round++) {
      locks[0]?.tryLock();
      for (const [i, lock] of locks.slice(1).entries())
        void sandboxAll([/** @type {Mutex} */ (locks[i]), lock], () => count++);
      locks[0]?.unlock();
    }
  },
  async promises() {
    const mutex = new Mutex();
    const enter = () => {
      count++;
      mutex.unlock();
    };
    mutex.tryLock();
    let last;
    for (let i = 0; i < MILLION; i++) last = mutex.lock().then(enter);
    mutex.unlock();
    await last;
  },
  async lite() {
    const mutex = new lite.Mutex();
    const guard = mutex.tryAcquire();
    let last;
    for (let i = 0; i < MILLION; i++) last = mutex.sandbox(() => count++);
    guard?.release();
    await last;
  },
};

await chains[process.argv[2] ?? '']?.();
console.log(count);
