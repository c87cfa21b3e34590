import { createMutex, Mutex } from 'valvekit';
import { check, equal, rejection, thrown } from './check.ts';

check('Mutex: lock() takes a free lock before it returns', async () => {
  const mutex = createMutex();
  const locked = mutex.lock();
  equal(mutex.isLocked, true);
  equal(await locked, undefined);
  mutex.unlock();
  equal(mutex.isLocked, false);
});

check('Mutex: lock(callback) calls it before it returns, with the mutex as this and no error', () => {
  const mutex = new Mutex();
  let seen: unknown[] = [];
  mutex.lock(function (...args) {
    seen = [this, ...args];
  });
  equal(seen[0], mutex);
  equal(seen[1], undefined);
  mutex.unlock();
});

check('Mutex: hands over in order, callbacks and promises in one line', async () => {
  const mutex = new Mutex();
  const order: number[] = [];
  mutex.tryLock();
  mutex.lock(() => order.push(1));
  const second = mutex.lock().then(() => order.push(2));
  mutex.lock(() => order.push(3));
  equal(mutex.waiting, 3);
  mutex.unlock();
  equal(order, [1]);
  mutex.unlock();
  equal([mutex.isLocked, mutex.tryLock(), mutex.waiting], [true, false, 1]);
  mutex.unlock();
  await second;
  mutex.unlock();
  equal(order, [1, 3, 2]);
  equal(mutex.isLocked, false);
});

check('Mutex: higher priorities go first', () => {
  const mutex = new Mutex();
  const order: string[] = [];
  mutex.tryLock();
  for (const priority of [0, -1, 2, 0, 2]) mutex.lock(() => order.push(`${priority}`), { priority });
  while (mutex.isLocked) mutex.unlock();
  equal(order.join(), '2,2,0,0,-1');
});

check('Mutex: unlock() of a free mutex throws', () => {
  const mutex = new Mutex();
  const error = thrown(() => mutex.unlock());
  equal([error.name, error.message], ['InvalidStateError', 'Mutex is not locked']);
});

check('Mutex: tryLock() and tryAcquire()', () => {
  const mutex = new Mutex();
  equal(mutex.tryLock(), true);
  equal(mutex.tryAcquire(), undefined);
  mutex.unlock();
  const guard = mutex.tryAcquire();
  equal(mutex.tryLock(), false);
  guard?.release();
  equal(mutex.isLocked, false);
});

check('Mutex: a guard releases once', async () => {
  const mutex = new Mutex();
  const first = await mutex.acquire();
  const next = mutex.acquire();
  first.release();
  first.release();
  const second = await next;
  equal([first.released, second.released, mutex.isLocked], [true, false, true]);
  second.release();
  equal(mutex.isLocked, false);
});

check('Mutex: unlock() does not release the hold of a guard', async () => {
  const mutex = new Mutex();
  const guard = await mutex.acquire();
  equal(thrown(() => mutex.unlock()).name, 'InvalidStateError');
  guard.release();
});

check('Mutex: sandbox() of a plain function starts and ends before it returns', async () => {
  const mutex = new Mutex();
  let ran = false;
  const result = mutex.sandbox(() => {
    ran = mutex.isLocked;
    return 42;
  });
  equal([ran, mutex.isLocked], [true, false]);
  equal(await result, 42);
});

check('Mutex: sandbox() holds until the promise settles, and passes on errors and rejections', async () => {
  const mutex = new Mutex();
  const error = new Error('mine');
  let inside = 0;
  const task = async () => {
    equal(++inside, 1);
    await Promise.resolve();
    inside--;
    return 'done';
  };
  equal((await Promise.all([mutex.sandbox(task), mutex.sandbox(task), mutex.sandbox(task)])).join(), 'done,done,done');
  equal(await rejection(mutex.sandbox(() => Promise.reject(error))), error);
  equal(
    await rejection(
      mutex.sandbox(() => {
        throw error;
      }),
    ),
    error,
  );
  equal(mutex.isLocked, false);
});

check('Mutex: invalid arguments throw with a callback and reject without one', async () => {
  const mutex = new Mutex();
  equal(thrown(() => mutex.lock(() => {}, Number.NaN)) instanceof TypeError, true);
  equal((await rejection(mutex.lock({ timeout: '1' as never }))) instanceof TypeError, true);
  equal((await rejection(mutex.sandbox('no function' as never))) instanceof TypeError, true);
  equal(mutex.isLocked, false);
});

check('Mutex: cancel() ends every wait; the holder keeps the lock', async () => {
  const mutex = new Mutex();
  const reason = new Error('closing');
  await mutex.lock();
  const first = mutex.lock();
  mutex.cancel(reason);
  equal(await rejection(first), reason);
  const second = mutex.acquire();
  mutex.cancel();
  equal((await rejection(second)).name, 'AbortError');
  equal([mutex.isLocked, mutex.waiting], [true, 0]);
  mutex.unlock();
});
