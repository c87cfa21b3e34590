// Fake timers and stubs of sinon.
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { KeyedLocks, Mutex, TimeoutError } from 'valvekit';
import { check } from './check.mjs';

await check('a timeout runs on the fake clock, and a grant needs no clock', async () => {
  const clock = sinon.useFakeTimers();
  try {
    const mutex = new Mutex({ name: 'token' });
    await mutex.lock();
    const refused = assert.rejects(mutex.lock({ timeout: 5000 }), {
      name: 'TimeoutError',
      message: 'Mutex "token": lock() timed out after 5000 ms',
    });
    clock.tick(5000);
    await refused;
    const granted = mutex.sandbox(() => 'done');
    mutex.unlock();
    assert.equal(await granted, 'done');
    assert.equal(clock.countTimers(), 0);
  } finally {
    clock.restore();
  }
});

await check(
  'everything is fake, queueMicrotask and nextTick too: locks work, and a callback’s error is uncaught',
  async () => {
    const { promise, resolve } = Promise.withResolvers();
    process.once('uncaughtException', resolve);
    const clock = sinon.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'queueMicrotask', 'nextTick'],
    });
    try {
      const mutex = new Mutex();
      mutex.tryLock();
      mutex.lock(() => {
        throw new Error('mine');
      });
      const later = mutex.sandbox(async () => 1);
      mutex.unlock();
      assert.equal((await promise).message, 'mine');
      mutex.unlock();
      assert.equal(await later, 1);
    } finally {
      clock.restore();
    }
  },
);

await check(
  'createStubInstance() has all methods; its getters throw, so stub what the code under test reads',
  async () => {
    const mutex = sinon.createStubInstance(Mutex);
    mutex.sandbox.callsFake(async (fn) => fn());
    assert.equal(await mutex.sandbox(() => 7), 7);
    assert.equal(mutex.lock(), undefined);
    assert.ok(mutex instanceof Mutex);
    assert.throws(() => mutex.isLocked, TypeError);
    Object.defineProperty(mutex, 'isLocked', { value: true });
    assert.equal(mutex.isLocked, true);
  },
);

await check('stub() and spy() of a method of a real lock', async () => {
  const mutex = new Mutex();
  const spy = sinon.spy(mutex, 'acquire');
  (await mutex.acquire()).release();
  assert.equal(spy.callCount, 1);
  const stub = sinon.stub(mutex, 'sandbox').rejects(new TimeoutError('busy'));
  await assert.rejects(
    mutex.sandbox(() => {}),
    TimeoutError,
  );
  stub.restore();
  assert.equal(await mutex.sandbox(() => 1), 1);
});

await check('stub() of a prototype, and putting it back', async () => {
  const stub = sinon.stub(KeyedLocks.prototype, 'mutex').returns({ sandbox: async () => 'stubbed' });
  assert.equal(await new KeyedLocks().mutex('a').sandbox(), 'stubbed');
  stub.restore();
  assert.equal(await new KeyedLocks().mutex('a').sandbox(() => 'real'), 'real');
});
