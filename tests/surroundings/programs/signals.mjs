// The AbortController that React Native has.
import assert from 'node:assert/strict';
import vm from 'node:vm';
import * as lite from '@valvekit/lite';
import { AbortController as Polyfill } from 'abort-controller';
import {
  AbortError,
  ASemaphore,
  acquireAll,
  Barrier,
  KeyedLocks,
  Mutex,
  map,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  stream,
} from 'valvekit';
import { check } from './check.mjs';

const busy = () => {
  const rw = new ReadWriteLock();
  rw.tryWriteLock();
  const mutex = new Mutex();
  mutex.tryLock();
  const semaphore = new Semaphore();
  semaphore.tryTake();
  const reading = new ReadWriteLock();
  reading.tryReadLock();
  const upgradable = reading.upgradable.tryAcquire();
  const key = new KeyedLocks().mutex('key');
  key.tryAcquire();
  const small = [new lite.Mutex(), new lite.Semaphore(), new lite.ReadWriteLock().write];
  for (const lock of small) lock.tryAcquire();
  return [
    (options) => mutex.lock(options),
    (options) => mutex.acquire(options),
    (options) => mutex.sandbox(() => {}, options),
    (options) => rw.readLock(options),
    (options) => rw.write.acquire(options),
    (options) => semaphore.take(options),
    (options) => new Barrier(0).wait(1, options),
    (options) => new ASemaphore(1).wait(options),
    (options) => upgradable.upgrade(options),
    (options) => key.acquire(options),
    (options) => key.sandbox(() => {}, options),
    (options) => acquireAll([mutex, semaphore], options),
    (options) => sandboxAll([mutex, semaphore], () => {}, options),
    (options) => map(semaphore, [1], () => {}, options),
    async (options) => stream(semaphore, [1], () => {}, options).next(),
    ...small.flatMap((lock) => [(options) => lock.acquire(options), (options) => lock.sandbox(() => {}, options)]),
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
  const lock = (signal) => mutex.lock((reason) => resolve(reason), { signal });
  lock(controller.signal);
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
  const make = () =>
    vm.runInNewContext(
      'class S extends EventTarget { aborted = false; reason = "theirs"; go() { this.aborted = true; this.dispatchEvent(new Event("abort")); } } new S()',
      { EventTarget, Event },
    );
  for (const wait of busy()) {
    const signal = make();
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
