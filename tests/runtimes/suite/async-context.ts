import { Barrier, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { check, equal } from './check.ts';

const { AsyncLocalStorage } = globalThis.process?.getBuiltinModule?.('node:async_hooks') ?? {};

// Browsers have no async context to preserve.
if (AsyncLocalStorage !== undefined) {
  const storage = new AsyncLocalStorage<string>();

  check('async context: a waiting callback runs in the context of its caller', () => {
    const mutex = new Mutex();
    const lock = new ReadWriteLock();
    const semaphore = new Semaphore();
    const barrier = new Barrier(0);
    const seen: unknown[] = [];
    const note = () => seen.push(storage.getStore());
    mutex.tryLock();
    lock.tryWriteLock();
    semaphore.tryTake();
    storage.run('caller', () => {
      mutex.lock(note);
      lock.readLock(note);
      semaphore.take(note);
      barrier.wait(1, note);
    });
    storage.run('releaser', () => {
      mutex.unlock();
      lock.unlock();
      semaphore.release();
      barrier.set(1);
      equal(storage.getStore(), 'releaser');
    });
    equal(seen, ['caller', 'caller', 'caller', 'caller']);
  });

  check('async context: a waiting sandbox and a promise continue in the context of their caller', async () => {
    const mutex = new Mutex();
    const seen: unknown[] = [];
    mutex.tryLock();
    const waits = storage.run('caller', () => [
      mutex.sandbox(() => seen.push(storage.getStore())),
      (async () => {
        await mutex.lock();
        seen.push(storage.getStore());
      })(),
    ]);
    storage.run('releaser', () => mutex.unlock());
    await Promise.all(waits);
    equal(seen, ['caller', 'caller']);
  });

  check('async context: so does an aborted or late callback', async () => {
    const mutex = new Mutex();
    const abort = new AbortController();
    const seen: unknown[] = [];
    mutex.tryLock();
    await storage.run('caller', () => {
      mutex.lock(() => seen.push(storage.getStore()), { signal: abort.signal });
      return new Promise<void>((resolve) => {
        const late = () => {
          seen.push(storage.getStore());
          resolve();
        };
        mutex.lock(late, 5);
        storage.run('aborter', () => abort.abort());
      });
    });
    equal(seen, ['caller', 'caller']);
  });
}
