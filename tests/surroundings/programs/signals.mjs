// The AbortController that React Native has.
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { AbortController as Polyfill } from 'abort-controller';
import { AbortError, Barrier, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { check } from './check.mjs';

const busy = () => {
  const rw = new ReadWriteLock();
  rw.tryWriteLock();
  const mutex = new Mutex();
  mutex.tryLock();
  const semaphore = new Semaphore();
  semaphore.tryTake();
  return [
    (options) => mutex.lock(options),
    (options) => mutex.acquire(options),
    (options) => mutex.sandbox(() => {}, options),
    (options) => rw.readLock(options),
    (options) => rw.write.acquire(options),
    (options) => semaphore.take(options),
    (options) => new Barrier(0).wait(1, options),
  ];
};

await check('the polyfill: an AbortError, since its signals have no reason', async () => {
  for (const wait of busy()) {
    const controller = new Polyfill();
    const refused = assert.rejects(wait({ signal: controller.signal }), AbortError);
    controller.abort();
    await refused;
    await assert.rejects(wait({ signal: controller.signal }), AbortError);
  }
});

await check('the polyfill: a callback gets the AbortError', async () => {
  const controller = new Polyfill();
  const mutex = new Mutex();
  mutex.tryLock();
  const { promise: error, resolve } = Promise.withResolvers();
  mutex.lock(resolve, { signal: controller.signal });
  controller.abort();
  assert.equal((await error).name, 'AbortError');
});

await check('null is no signal, as in RequestInit', async () => {
  for (const wait of busy()) {
    await assert.rejects(wait({ signal: null, timeout: 1 }), { name: 'TimeoutError' });
  }
});

await check('a reason of one’s own, falsy ones included, is passed on', async () => {
  for (const reason of [null, 0, '', false, 'mine']) {
    for (const wait of busy()) {
      const controller = new AbortController();
      const outcome = wait({ signal: controller.signal }).catch((error) => error);
      controller.abort(reason);
      assert.equal(await outcome, reason);
    }
  }
});

await check('a signal of another realm', async () => {
  const signal = vm.runInNewContext(
    'class S extends EventTarget { aborted = false; reason = "theirs"; go() { this.aborted = true; this.dispatchEvent(new Event("abort")); } } new S()',
    { EventTarget, Event },
  );
  for (const wait of busy().slice(0, 1)) {
    const outcome = wait({ signal }).catch((error) => error);
    signal.go();
    assert.equal(await outcome, 'theirs');
  }
});

await check('what only looks like a signal is a TypeError that says so', async () => {
  for (const signal of [
    {},
    { aborted: false },
    'abort',
    1,
    { aborted: 0, addEventListener() {}, removeEventListener() {} },
  ]) {
    for (const wait of busy()) await assert.rejects(wait({ signal }), { name: 'TypeError', message: /signal/ });
  }
});
