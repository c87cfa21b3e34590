// Fakes that are there before valvekit is loaded.
import assert from 'node:assert/strict';
import { check } from './check.mjs';

const fake = () => {};
Object.assign(globalThis, { setTimeout: fake, setImmediate: fake, queueMicrotask: fake });
const { Mutex } = await import('valvekit');

await check(
  'setTimeout, setImmediate and queueMicrotask are fake before the import: a callback’s error is uncaught',
  async () => {
    const { promise, resolve } = Promise.withResolvers();
    process.once('uncaughtException', resolve);
    const mutex = new Mutex();
    mutex.tryLock();
    mutex.lock(() => {
      throw new Error('mine');
    });
    mutex.unlock();
    assert.equal((await promise).message, 'mine');
    const queued = mutex.sandbox(() => 1);
    mutex.unlock();
    assert.equal(await queued, 1);
  },
);
