import { Mutex, ReadWriteLock, Semaphore, TimeoutError } from '@valvekit/lite';
import * as valvekit from 'valvekit';
import { check, equal, pause, rejection, thrown } from './check.ts';

// The symbol that compiled `using` looks for where the runtime has no Symbol.dispose.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

check('lite: runs a sandbox before it returns on a free lock, and in order on a held one', async () => {
  const mutex = new Mutex();
  const order: number[] = [];
  const ends = [1, 2, 3].map((n) =>
    mutex.sandbox(async () => {
      order.push(n);
      await pause(1);
      return n * 2;
    }),
  );
  equal(order, [1]);
  equal([mutex.isLocked, mutex.waiting], [true, 2]);
  equal(await Promise.all(ends), [2, 4, 6]);
  equal(order, [1, 2, 3]);
  equal([await mutex.sandbox(() => mutex.isLocked), mutex.isLocked], [true, false]);
});

check('lite: guards release once, and are disposable', async () => {
  const mutex = new Mutex();
  const guard = await mutex.acquire();
  const next = mutex.acquire();
  guard.release();
  guard[dispose]();
  const second = await next;
  equal([guard.released, second.released, mutex.isLocked], [true, false, true]);
  second[dispose]();
  equal(mutex.isLocked, false);
});

check('lite: a wait ends by a timeout, by a signal, or by cancel()', async () => {
  const mutex = new Mutex();
  mutex.tryAcquire();
  const late = await rejection(mutex.acquire({ timeout: 5 }));
  equal(late instanceof TimeoutError && late instanceof valvekit.TimeoutError, true);
  equal(late.message, 'Mutex: acquire() timed out after 5 ms');
  const controller = new AbortController();
  const aborted = mutex.sandbox(() => {}, { signal: controller.signal, timeout: 2 ** 31 });
  const cancelled = mutex.acquire();
  controller.abort(new Error('aborted'));
  equal([(await rejection(aborted)).message, mutex.waiting], ['aborted', 1]);
  mutex.cancel();
  equal([(await rejection(cancelled)).name, mutex.waiting], ['AbortError', 0]);
});

check('lite: permits are taken together, and the capacity can change', async () => {
  const semaphore = new Semaphore(2);
  const one = semaphore.tryAcquire();
  const two = semaphore.acquire({ permits: 2 });
  equal(semaphore.tryAcquire(), undefined);
  one?.release();
  (await two).release();
  semaphore.capacity = 0;
  const paused = semaphore.acquire();
  equal([semaphore.available, semaphore.waiting], [0, 1]);
  semaphore.capacity = 3;
  (await paused).release();
  equal(semaphore.available, 3);
  equal(thrown(() => semaphore.tryAcquire(4)) instanceof RangeError, true);
});

check('lite: readers enter together, a writer alone', async () => {
  const lock = new ReadWriteLock();
  const readers = [lock.read.tryAcquire(), lock.read.tryAcquire()];
  const write = lock.write.acquire();
  const late = lock.read.acquire();
  equal([lock.readers, lock.isWriteLocked, lock.waiting], [2, false, 2]);
  for (const reader of readers) reader?.release();
  equal([lock.readers, lock.isWriteLocked, lock.waiting], [0, true, 1]);
  (await write).release();
  (await late).release();
  equal([lock.readers, lock.isWriteLocked], [0, false]);
});

check('lite: has no priorities', async () => {
  const error = await rejection(new Mutex().acquire({ priority: 1 } as object));
  equal([error instanceof TypeError, error.message], [true, 'priority must be 0, but is 1']);
});

check('lite: map() and stream() take its locks, acquireAll() refuses them', async () => {
  const semaphore = new Semaphore(2);
  equal(await valvekit.map(semaphore, [1, 2, 3], async (n) => n * n), [1, 4, 9]);
  const seen: number[] = [];
  for await (const n of valvekit.stream(new ReadWriteLock().read, [1, 2, 3], (n) => n + 1)) seen.push(n);
  equal(seen, [2, 3, 4]);
  equal((await rejection(valvekit.acquireAll([new Mutex()]))) instanceof TypeError, true);
  equal(semaphore.available, 2);
});

check('lite: instances have the right names', () => {
  for (const [name, Lock] of Object.entries({ Mutex, Semaphore, ReadWriteLock })) {
    equal(Object.prototype.toString.call(new Lock()), `[object ${name}]`);
  }
});
