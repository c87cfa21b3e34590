import { acquireAll, KeyedLocks, Mutex, ReadWriteLock, Semaphore, sandboxAll, tryAcquireAll } from 'valvekit';
import { check, equal, pause, rejection, thrown } from './check.ts';

check('several: all or none, of every kind', async () => {
  const [mutex, semaphore, lock, keyed] = [new Mutex(), new Semaphore(3), new ReadWriteLock(), new KeyedLocks()];
  const list = [mutex, [semaphore, { permits: 2 }], lock.read, keyed.mutex('a'), mutex] as const;
  const held = await keyed.mutex('a').acquire();
  equal(tryAcquireAll(list), undefined);
  const promise = acquireAll(list);
  equal([mutex.isLocked, semaphore.available, lock.readers, mutex.waiting], [false, 3, 0, 1]);
  held.release();
  const guard = await promise;
  equal([mutex.isLocked, semaphore.available, lock.readers, keyed.size], [true, 1, 1, 1]);
  guard.release();
  equal([mutex.isLocked, semaphore.available, lock.readers, keyed.size], [false, 3, 0, 0]);
});

check('several: no deadlock, and nobody overtakes', async () => {
  const [a, b, c] = [new Mutex(), new Mutex(), new Mutex()];
  const order: number[] = [];
  const step = (number: number) => async () => {
    order.push(number);
    await pause(1);
  };
  await Promise.all([
    sandboxAll([a, b], step(1)),
    sandboxAll([b, c], step(2)),
    sandboxAll([b, a], step(3)),
    c.sandbox(step(4)),
  ]);
  equal(order, [1, 2, 3, 4]);
});

check('several: giving up as a whole', async () => {
  const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })];
  const held = await b.acquire();
  const late = await rejection(acquireAll([a, b], { timeout: 1 }));
  equal(late.message, 'Mutex "a", Mutex "b": acquireAll() timed out after 1 ms');
  const controller = new AbortController();
  const aborted = rejection(sandboxAll([a, b], () => {}, { signal: controller.signal }));
  controller.abort(new Error('enough'));
  equal((await aborted).message, 'enough');
  const canceled = rejection(acquireAll([a, b]));
  a.cancel(new Error('canceled'));
  equal((await canceled).message, 'canceled');
  equal([a.isLocked, a.waiting, b.waiting], [false, 0, 0]);
  held.release();
});

check('several: bad lists', async () => {
  const lock = new ReadWriteLock();
  const semaphore = new Semaphore(1);
  equal(thrown(() => tryAcquireAll([lock.read, lock.write])) instanceof TypeError, true);
  equal(thrown(() => tryAcquireAll([semaphore, semaphore])) instanceof RangeError, true);
  equal(thrown(() => tryAcquireAll([{} as never])) instanceof TypeError, true);
  equal((await rejection(acquireAll(5 as never))) instanceof TypeError, true);
  equal([await sandboxAll([], () => 5), lock.isLocked, semaphore.available], [5, false, 1]);
});
