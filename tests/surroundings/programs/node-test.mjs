// The mocks and mock timers of node:test.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Mutex } from 'valvekit';
import { check } from './check.mjs';

await check('a timeout runs on the mock clock, and a grant needs no clock', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'setInterval', 'Date'] });
  try {
    const mutex = new Mutex();
    await mutex.lock();
    const refused = assert.rejects(mutex.acquire({ timeout: 60_000 }), { name: 'TimeoutError' });
    mock.timers.tick(60_000);
    await refused;
    const granted = mutex.sandbox(() => 'done');
    mutex.unlock();
    assert.equal(await granted, 'done');
  } finally {
    mock.timers.reset();
  }
});

await check('mock.method() counts calls, replaces them, and puts them back', async () => {
  const mutex = new Mutex();
  const counted = mock.method(mutex, 'acquire');
  (await mutex.acquire()).release();
  assert.equal(counted.mock.callCount(), 1);
  mock.method(Mutex.prototype, 'sandbox', async () => 'mocked');
  assert.equal(await mutex.sandbox(() => 1), 'mocked');
  mock.restoreAll();
  assert.equal(await mutex.sandbox(() => 1), 1);
});

await check('timers mocked while the lock waits: an error of a callback is uncaught', async () => {
  const mutex = new Mutex();
  mutex.tryLock();
  mutex.lock(() => {
    throw new Error('mine');
  });
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
  const error = await new Promise((resolve) => {
    process.once('uncaughtException', resolve);
    mutex.unlock();
  });
  mock.timers.reset();
  assert.equal(error.message, 'mine');
});
