// Every way in which a wait with a function can end. What is queued captures an async context, which must be closed.
import {
  ASemaphore,
  acquireAll,
  Barrier,
  KeyedLocks,
  Mutex,
  map,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  stream,
} from 'valvekit';

const quiet = () => {};
const lockOf = {
  Mutex: () => new Mutex(),
  Semaphore: () => new Semaphore(1),
  'read side': () => new ReadWriteLock().write,
  'keyed lock': () => new KeyedLocks().mutex('key'),
};

/** Names, each with a program that queues functions and ends their waits. */
export const endings = {
  async granted(lock) {
    const guard = await lock.acquire();
    const queued = [lock.sandbox(() => 1), lock.sandbox(async () => 2)];
    guard.release();
    await Promise.all(queued);
  },
  async 'timed out'(lock) {
    const guard = await lock.acquire();
    await lock.sandbox(quiet, { timeout: 5 }).catch(quiet);
    guard.release();
  },
  async aborted(lock) {
    const guard = await lock.acquire();
    const abort = new AbortController();
    const queued = lock.sandbox(quiet, { signal: abort.signal }).catch(quiet);
    abort.abort();
    await queued;
    guard.release();
  },
  async cancelled(lock) {
    const guard = await lock.acquire();
    const queued = lock.sandbox(quiet).catch(quiet);
    lock.cancel?.();
    guard.release();
    await queued;
  },
  async thrown(lock) {
    const guard = await lock.acquire();
    const queued = ['a', 'b'].map((text) =>
      lock
        .sandbox(() => {
          throw new Error(text);
        })
        .catch(quiet),
    );
    guard.release();
    await Promise.all(queued);
  },
};

/** Runs all of them on all locks, then what only some primitives have. */
export async function everyEnding() {
  for (const make of Object.values(lockOf)) {
    for (const end of Object.values(endings)) await end(make());
  }
  const mutex = new Mutex();
  mutex.tryLock();
  mutex.lock(quiet);
  mutex.lock(quiet, 5);
  mutex.unlock();
  mutex.cancel();
  mutex.unlock();
  const rw = new ReadWriteLock();
  rw.tryWriteLock();
  rw.readLock(quiet);
  rw.writeLock(quiet);
  rw.cancel();
  rw.unlock();
  const barrier = new Barrier(0);
  barrier.wait(1, quiet);
  barrier.wait(2, quiet, 5);
  barrier.set(1);
  barrier.cancel();
  const counter = new ASemaphore(1, quiet);
  void counter.wait();
  counter.p();
  const pair = [new Mutex(), new Mutex()];
  const both = await acquireAll(pair);
  const together = [sandboxAll(pair, quiet), sandboxAll(pair, quiet, { timeout: 0 }).catch(quiet)];
  both.release();
  await Promise.all(together);
  const limit = new Semaphore(1);
  await map(limit, [1, 2, 3], async (n) => n);
  await map(limit, [1, 2], quiet, { timeout: 0 }).catch(quiet);
  await map(limit, [1, 2, 3], () => Promise.reject(new Error('mine'))).catch(quiet);
  const held = await limit.acquire();
  await map(limit, [1], quiet, { timeout: 5 }).catch(quiet);
  held.release();
  for await (const n of stream(limit, [1, 2, 3], async (n) => n)) if (n === 2) break;
  const limited = limit.wrap(async (n) => n);
  await Promise.all([limited(1), limited(2), limited(3)]);
}
