import { createLock, createReadWriteLock, ReadWriteLock } from 'valvekit';
import { check, equal, rejection, thrown } from './check.ts';

check('ReadWriteLock: readers together, a writer alone', async () => {
  const lock = createReadWriteLock();
  await lock.readLock();
  await lock.readLock();
  equal([lock.isLocked, lock.readers, lock.tryWriteLock()], ['R', 2, false]);
  lock.unlock();
  lock.unlock();
  await lock.writeLock();
  equal([lock.isLocked, lock.isWriteLocked, lock.isReadLocked, lock.tryReadLock()], ['W', true, false, false]);
  lock.unlock();
  equal(lock.isLocked, false);
});

check('ReadWriteLock: the callback form, as in version 0.2', () => {
  const lock = createLock();
  const order: string[] = [];
  lock.readLock(function (error) {
    equal([this, error], [lock, undefined]);
    order.push('read');
  });
  lock.writeLock(() => order.push('write'), 60_000);
  lock.readLock(() => order.push('read again'), 60_000);
  equal(order.join(), 'read');
  lock.unlock();
  equal(order.join(), 'read,write');
  lock.unlock();
  equal(order.join(), 'read,write,read again');
  lock.unlock();
});

check('ReadWriteLock: fair: a reader waits behind a waiting writer; adjacent readers share', async () => {
  const lock = new ReadWriteLock();
  await lock.readLock();
  const writer = lock.write.acquire();
  const readers = [lock.read.acquire(), lock.read.acquire()];
  equal([lock.tryReadLock(), lock.waiting, lock.waitingReaders, lock.waitingWriters], [false, 3, 2, 1]);
  lock.unlock();
  (await writer).release();
  equal(lock.readers, 2);
  for (const guard of await Promise.all(readers)) guard.release();
  equal(lock.isLocked, false);
});

check('ReadWriteLock: readers: a reader overtakes a waiting writer', async () => {
  const lock = new ReadWriteLock({ policy: 'readers' });
  await lock.readLock();
  const writer = lock.writeLock();
  equal(lock.tryReadLock(), true);
  lock.unlock();
  lock.unlock();
  await writer;
  lock.unlock();
});

check('ReadWriteLock: read.sandbox() and write.sandbox()', async () => {
  const lock = new ReadWriteLock();
  let readers = 0;
  const read = () =>
    lock.read.sandbox(async () => {
      readers = Math.max(readers, lock.readers);
      await Promise.resolve();
    });
  await Promise.all([read(), read(), lock.write.sandbox(() => equal(lock.isLocked, 'W')), read()]);
  equal([readers, lock.isLocked], [2, false]);
});

check('ReadWriteLock: a writer that gives up admits the readers behind it', async () => {
  const lock = new ReadWriteLock();
  await lock.readLock();
  const writer = lock.writeLock({ timeout: 5 });
  const reader = lock.readLock();
  equal((await rejection(writer)).name, 'TimeoutError');
  await reader;
  equal(lock.readers, 2);
  lock.unlock();
  lock.unlock();
});

check('ReadWriteLock: downgrade() goes from write to read and admits readers', async () => {
  const lock = new ReadWriteLock();
  const writer = await lock.write.acquire();
  const next = lock.read.acquire();
  const reader = writer.downgrade();
  equal([writer.released, lock.isLocked, lock.readers], [true, 'R', 2]);
  equal(thrown(() => writer.downgrade()).name, 'InvalidStateError');
  reader.release();
  (await next).release();
  equal(lock.isLocked, false);
});

check('ReadWriteLock: upgrade() waits for the readers and overtakes the writers', async () => {
  const lock = new ReadWriteLock();
  const guard = await lock.upgradable.acquire();
  const reader = await lock.read.acquire();
  const writer = lock.write.acquire();
  const upgrade = guard.upgrade({ timeout: 60_000 });
  equal((await rejection(guard.upgrade())).name, 'InvalidStateError');
  reader.release();
  await upgrade;
  equal(lock.isLocked, 'W');
  guard.release();
  (await writer).release();
});

check('ReadWriteLock: the guard of an upgrade that gives up still reads', async () => {
  const lock = new ReadWriteLock();
  const guard = await lock.upgradable.acquire();
  await lock.readLock();
  equal((await rejection(guard.upgrade({ timeout: 5 }))).name, 'TimeoutError');
  equal([lock.isLocked, lock.readers], ['R', 2]);
  guard.release();
  lock.unlock();
});

check('ReadWriteLock: incorrect use throws', async () => {
  const lock = new ReadWriteLock();
  const error = thrown(() => lock.unlock());
  equal([error.name, error.message], ['InvalidStateError', 'ReadWriteLock is not locked']);
  const guard = await lock.read.acquire();
  equal(thrown(() => lock.unlock()).name, 'InvalidStateError');
  guard.release();
  equal(thrown(() => new ReadWriteLock({ policy: 'writers' as never })) instanceof TypeError, true);
});

check('ReadWriteLock: cancel() ends the waits of both sides', async () => {
  const lock = new ReadWriteLock();
  await lock.writeLock();
  const waits = [lock.readLock(), lock.writeLock(), lock.upgradable.acquire()];
  lock.cancel();
  for (const wait of waits) equal((await rejection(wait)).name, 'AbortError');
  equal([lock.isLocked, lock.waiting], ['W', 0]);
  lock.unlock();
});
