// zone.js, as in Angular: in a browser without Node's contexts, or together with them. Argument: browser or node.
import assert from 'node:assert/strict';

if (process.argv[2] === 'browser') Object.defineProperty(process, 'getBuiltinModule', { value: undefined });
await import(process.argv[2] === 'browser' ? 'zone.js' : 'zone.js/node');
const { Barrier, KeyedLocks, Mutex, map, ReadWriteLock, Semaphore, sandboxAll, stream } = await import('valvekit');
const lite = await import('@valvekit/lite');
const { check } = await import('./check.mjs');
const { everyEnding } = await import('./endings.mjs');

const angular = Zone.current.fork({ name: 'angular' });

await check('what waits runs in the zone of its caller', async () => {
  const seen = [];
  const note = () => void seen.push(Zone.current.name);
  const rw = new ReadWriteLock();
  const locks = [new Mutex(), new Semaphore(), rw.read, rw.write, rw.upgradable, new KeyedLocks().mutex('a')];
  for (const lock of locks) {
    const guard = lock === rw.read ? await rw.write.acquire() : await lock.acquire();
    const queued = angular.run(() => lock.sandbox(note));
    guard.release();
    await queued;
  }
  const small = [new lite.Mutex(), new lite.Semaphore(), new lite.ReadWriteLock().write];
  for (const lock of small) {
    const guard = await lock.acquire();
    const queued = angular.run(() => lock.sandbox(note));
    guard.release();
    await queued;
  }
  const limit = new Semaphore();
  const permit = await limit.acquire();
  const both = [limit, new Mutex()];
  const queued = angular.run(() => [
    map(limit, [1, 2], note),
    limit.wrap(note)(),
    sandboxAll(both, note),
    (async () => {
      for await (const _ of stream(limit, [1, 2], note));
    })(),
  ]);
  permit.release();
  await Promise.all(queued);
  const others = ['map', 'map', 'wrap', 'sandboxAll', 'stream', 'stream'];
  assert.deepEqual(
    seen,
    [...locks, ...small, ...others].map(() => 'angular'),
  );
});

await check('so do callbacks', async () => {
  const seen = [];
  const note = () => void seen.push(Zone.current.name);
  const mutex = new Mutex();
  mutex.tryLock();
  const rw = new ReadWriteLock();
  rw.tryWriteLock();
  const semaphore = new Semaphore();
  semaphore.tryTake();
  const barrier = new Barrier(0);
  angular.run(() => {
    mutex.lock(note);
    rw.readLock(note);
    semaphore.take(note);
    barrier.wait(1, note);
  });
  mutex.unlock();
  rw.unlock();
  semaphore.release();
  barrier.set(1);
  assert.deepEqual(seen, Array(4).fill('angular'));
});

await check('a free lock runs its function in the zone it was called in', async () => {
  assert.equal(await angular.run(() => new Mutex().sandbox(() => Zone.current.name)), 'angular');
});

await check('every ending works', everyEnding);
