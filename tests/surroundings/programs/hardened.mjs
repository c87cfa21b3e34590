// Globals that throw, as in LavaMoat's scuttled realms, and SES. Argument: process, all or ses.
import assert from 'node:assert/strict';

const [kind] = process.argv.slice(2);
const log = console.log.bind(console);
const throwing = (name) =>
  Object.defineProperty(globalThis, name, {
    get() {
      throw new Error(`${name} is scuttled`);
    },
    configurable: true,
  });
if (kind === 'ses') {
  await import('ses');
  lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'severe' });
}
if (kind === 'getBuiltinModule') {
  process.getBuiltinModule = () => {
    throw new Error('not supported here');
  };
}
if (kind === 'no AsyncResource') process.getBuiltinModule = () => ({});
if (kind === 'AsyncResource throws') {
  process.getBuiltinModule = () => ({
    AsyncResource: class {
      constructor() {
        throw new Error('no hooks');
      }
    },
  });
}
if (kind === 'process') throwing('process');
if (kind === 'all') for (const name of ['process', 'navigator', 'Zone', 'AsyncContext', 'reportError']) throwing(name);

const { Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore } = await import('valvekit');
let error;
try {
  const mutex = new Mutex();
  mutex.tryLock();
  const queued = mutex.sandbox(() => 1);
  const called = new Promise((resolve) =>
    mutex.lock(function () {
      this.unlock();
      resolve();
    }),
  );
  mutex.unlock();
  assert.equal(await queued, 1);
  await called;
  const semaphore = new Semaphore(1);
  assert.deepEqual(await Promise.all([1, 2, 3].map(semaphore.wrap(async (n) => n))), [1, 2, 3]);
  const barrier = new Barrier(0);
  const waited = new Promise((resolve) => barrier.wait(1, resolve));
  barrier.set(1);
  await waited;
  const rw = new ReadWriteLock();
  rw.tryWriteLock();
  const reading = rw.read.sandbox(() => 2);
  rw.unlock();
  assert.equal(await reading, 2);
  const keyed = new KeyedLocks();
  assert.deepEqual(await Promise.all([1, 2].map((n) => keyed.mutex('a').sandbox(async () => n))), [1, 2]);
} catch (thrown) {
  error = String(thrown?.stack ?? thrown);
}
log(JSON.stringify({ what: `${kind}: everything that waits works`, error }));
