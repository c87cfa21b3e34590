import { Mutex, ReadWriteLock, Semaphore, TimeoutError } from 'valvekit';
import { check, equal, pause, rejection } from './check.ts';

async function locked(): Promise<Mutex> {
  const mutex = new Mutex();
  await mutex.lock();
  return mutex;
}

check('timeout: a TimeoutError names the lock, the operation and the time', async () => {
  const mutex = await locked();
  const error = await rejection(mutex.lock({ timeout: 5 }));
  equal(error instanceof TimeoutError && error instanceof Error, true);
  equal([error.name, error.message], ['TimeoutError', 'Mutex: lock() timed out after 5 ms']);
  equal(mutex.waiting, 0);
});

check('timeout: as a number to the callback form', async () => {
  const mutex = await locked();
  const error = await new Promise<unknown>((resolve) => mutex.lock(resolve, 5));
  equal(error instanceof TimeoutError, true);
});

check('timeout: zero or less means without waiting or not at all', async () => {
  const mutex = await locked();
  equal((await rejection(mutex.lock({ timeout: 0 }))).name, 'TimeoutError');
  equal((await rejection(mutex.lock({ timeout: -1 }))).name, 'TimeoutError');
  mutex.unlock();
  await mutex.lock({ timeout: 0 });
});

check('timeout: longer than any timer does not fire early', async () => {
  const mutex = await locked();
  const waits = [mutex.lock({ timeout: 2 ** 31 }), mutex.lock({ timeout: 1e15 }), mutex.lock({ timeout: Infinity })];
  await pause();
  equal(mutex.waiting, 3);
  for (const wait of waits) {
    mutex.unlock();
    await wait;
  }
});

check('timeout: does not keep the process alive after a grant, an abort or cancel()', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  const granted = mutex.lock({ timeout: 60_000 });
  const aborted = rejection(mutex.lock({ timeout: 60_000, signal: abort.signal }));
  const cancelled = rejection(mutex.lock({ timeout: 60_000 }));
  mutex.unlock();
  await granted;
  abort.abort();
  await aborted;
  mutex.cancel();
  await cancelled;
});

check('signal: rejects with the reason itself', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  const wait = rejection(mutex.lock({ signal: abort.signal }));
  const reason = { any: 'thing' };
  abort.abort(reason);
  equal(await wait, reason);
  equal(mutex.waiting, 0);
});

check('signal: the default reason is an AbortError', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  const wait = rejection(mutex.lock({ signal: abort.signal }));
  abort.abort();
  equal((await wait).name, 'AbortError');
});

check('signal: an aborted signal refuses even a free lock', async () => {
  const mutex = new Mutex();
  equal((await rejection(mutex.lock({ signal: AbortSignal.abort() }))).name, 'AbortError');
  equal(mutex.isLocked, false);
});

check('signal: a falsy reason reaches a callback as an AbortError with that cause', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  let error: unknown;
  mutex.lock((seen) => (error = seen), { signal: abort.signal });
  const wait = rejection(mutex.lock({ signal: abort.signal }));
  abort.abort(null);
  equal([(error as Error).name, (error as Error).cause], ['AbortError', null]);
  equal(await wait, null);
});

check('signal: AbortSignal.timeout()', async () => {
  const mutex = await locked();
  // The timer of such a signal may not keep the process alive, so another timer must.
  const keep = setTimeout(() => {}, 4000);
  const error = await rejection(mutex.lock({ signal: AbortSignal.timeout(5) }));
  clearTimeout(keep);
  equal(error.name, 'TimeoutError');
  equal(error instanceof TimeoutError, false);
});

check('signal: AbortSignal.any()', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  const wait = rejection(mutex.lock({ signal: AbortSignal.any([new AbortController().signal, abort.signal]) }));
  abort.abort('any');
  equal(await wait, 'any');
});

check('signal: a thousand waiters on one signal', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  const waits = Array.from({ length: 1000 }, () => rejection(mutex.lock({ signal: abort.signal })));
  abort.abort('all');
  equal(new Set(await Promise.all(waits)).size, 1);
  equal(mutex.waiting, 0);
});

check('signal: counts from the moment it is aborted, even if another listener releases first', async () => {
  const mutex = await locked();
  const abort = new AbortController();
  abort.signal.addEventListener('abort', () => mutex.unlock());
  const wait = rejection(mutex.lock({ signal: abort.signal }));
  abort.abort('gone');
  equal(await wait, 'gone');
  equal(mutex.isLocked, false);
});

check('giving up: waiters behind the head move up immediately', async () => {
  const semaphore = new Semaphore(2);
  await semaphore.take();
  const abort = new AbortController();
  const both = rejection(semaphore.take({ permits: 2, signal: abort.signal }));
  let isIn = false;
  semaphore.take(() => (isIn = true));
  equal(isIn, false);
  abort.abort();
  equal(isIn, true);
  await both;
});

check('giving up: in every scoped form', async () => {
  const lock = new ReadWriteLock();
  await lock.writeLock();
  const options = { timeout: 5 };
  const waits = [
    lock.read.acquire(options),
    lock.write.acquire(options),
    lock.upgradable.acquire(options),
    lock.read.sandbox(() => {}, options),
    lock.write.sandbox(() => {}, options),
    lock.upgradable.sandbox(() => {}, options),
  ];
  for (const error of await Promise.all(waits.map(rejection))) equal(error.name, 'TimeoutError');
  equal([lock.waiting, lock.isLocked], [0, 'W']);
});
