import { AbortError, KeyedLocks } from 'valvekit';
import { check, equal, pause, rejection, thrown } from './check.ts';

check('KeyedLocks: one at a time for each key', async () => {
  const locks = new KeyedLocks();
  const order: string[] = [];
  const visit = (key: string, name: string) =>
    locks.mutex(key).sandbox(async () => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
    });
  const all = Promise.all([visit('a', 'a1'), visit('a', 'a2'), visit('b', 'b1')]);
  equal([locks.size, locks.waiting, locks.mutex('a').isLocked], [2, 1, true]);
  await all;
  equal(
    order.filter((step) => step.startsWith('a')),
    ['a1 in', 'a1 out', 'a2 in', 'a2 out'],
  );
  equal([locks.size, locks.waiting], [0, 0]);
});

check('KeyedLocks: keys are compared as by Map', async () => {
  const locks = new KeyedLocks<unknown>();
  const object = {};
  for (const [one, other] of [
    [Number.NaN, Number.NaN],
    [0, -0],
    ['__proto__', '__proto__'],
    [undefined, undefined],
    [object, object],
  ]) {
    const guard = await locks.mutex(one).acquire();
    equal([locks.mutex(other).isLocked, locks.mutex({}).isLocked, locks.size], [true, false, 1]);
    guard.release();
  }
  equal(locks.size, 0);
});

check('KeyedLocks: semaphores, and the capacity of the last request', async () => {
  const locks = new KeyedLocks();
  const first = await locks.semaphore('a', 1).acquire();
  const second = locks.semaphore('a', 1).acquire();
  const big = locks.semaphore('a', 3).acquire({ permits: 3 });
  (await second).release();
  const impossible = rejection(big);
  equal((await rejection(locks.semaphore('a', 2).acquire({ permits: 2, timeout: 0 }))).name, 'TimeoutError');
  equal((await impossible) instanceof RangeError, true);
  first.release();
  equal(locks.size, 0);
  equal(thrown(() => locks.semaphore('a', -1)) instanceof RangeError, true);
});

check('KeyedLocks: read/write locks, and a downgrade', async () => {
  const locks = new KeyedLocks();
  const { read, write } = locks.readWriteLock('a');
  const writing = await write.acquire();
  const waiting = read.acquire();
  const reading = writing.downgrade();
  equal([(await waiting).released, write.tryAcquire()], [false, undefined]);
  (await waiting).release();
  reading.release();
  equal([write.isLocked, locks.size], [false, 0]);
});

check('KeyedLocks: giving up leaves nothing', async () => {
  const locks = new KeyedLocks({ name: 'accounts' });
  const guard = await locks.mutex('a').acquire();
  const late = await rejection(locks.mutex('a').acquire({ timeout: 1 }));
  equal(late.message, 'KeyedLocks "accounts" mutex "a": acquire() timed out after 1 ms');
  const controller = new AbortController();
  const aborted = rejection(locks.mutex('a').acquire({ signal: controller.signal }));
  controller.abort(new Error('enough'));
  equal((await aborted).message, 'enough');
  const canceled = [rejection(locks.mutex('a').acquire()), rejection(locks.semaphore('b', 0).acquire())];
  locks.cancel();
  for (const reason of canceled) equal((await reason) instanceof AbortError, true);
  equal([locks.size, locks.waiting], [1, 0]);
  guard.release();
  await pause();
  equal(locks.size, 0);
});
