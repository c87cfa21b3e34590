// Trackers of async contexts: async_hooks itself, cls-hooked, AsyncLocalStorage.
import assert from 'node:assert/strict';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import cls from 'cls-hooked';
import { Barrier, Mutex, map, Semaphore, stream } from 'valvekit';
import { check, turn } from './check.mjs';
import { everyEnding } from './endings.mjs';

await check('async_hooks: no resource is left after any ending', async () => {
  const open = new Set();
  let opened = 0;
  const hook = createHook({
    init(id, type) {
      if (type !== 'valvekit') return;
      opened++;
      open.add(id);
    },
    destroy: (id) => open.delete(id),
  }).enable();
  await everyEnding();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await turn();
  hook.disable();
  assert.ok(opened > 20, `${opened} resources`);
  assert.equal(open.size, 0);
});

await check('async_hooks: no resource is left of locks that are dropped with their waiters', async () => {
  const open = new Set();
  const hook = createHook({
    init: (id, type) => void (type === 'valvekit' && open.add(id)),
    destroy: (id) => open.delete(id),
  }).enable();
  const drop = () => {
    const mutex = new Mutex();
    mutex.tryLock();
    void mutex.sandbox(() => {});
    mutex.lock(() => {});
    new Barrier(0).wait(1, () => {});
    void map(new Semaphore(0), [1], () => {});
  };
  drop();
  assert.equal(open.size, 4);
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  for (let i = 0; i < 20 && open.size > 0; i++) {
    await turn();
    gc();
  }
  hook.disable();
  assert.equal(open.size, 0);
});

await check(
  'cls-hooked: functions see their caller’s context, and nothing is left',
  async () => {
    const namespace = cls.createNamespace('mine');
    const mutex = new Mutex();
    mutex.tryLock();
    let seen;
    const queued = namespace.runAndReturn(() => {
      namespace.set('user', 'ada');
      return mutex.sandbox(() => (seen = namespace.get('user')));
    });
    mutex.unlock();
    await queued;
    assert.equal(seen, 'ada');
    await turn();
    const before = namespace._contexts.size;
    for (let i = 0; i < 5; i++) await everyEnding();
    await turn();
    await turn();
    assert.ok(namespace._contexts.size <= before + 5, `${namespace._contexts.size} contexts, ${before} before`);
  },
  'cls-hooked',
);

await check(
  'AsyncLocalStorage: the caller’s store, in sandboxes, callbacks, wrap(), map(), stream() and Barrier',
  async () => {
    const storage = new AsyncLocalStorage();
    const seen = [];
    const note = () => void seen.push(storage.getStore());
    const mutex = new Mutex();
    mutex.tryLock();
    const barrier = new Barrier(0);
    const limit = new Semaphore(1);
    const wrapped = limit.wrap(note);
    const guard = await limit.acquire();
    const done = storage.run('mine', () => {
      barrier.wait(1, note);
      mutex.lock(function () {
        note();
        this.unlock();
      });
      const streamed = (async () => {
        for await (const _ of stream(limit, [1], note));
      })();
      return Promise.all([mutex.sandbox(note), wrapped(), map(limit, [1], note), streamed]);
    });
    storage.run('theirs', () => {
      mutex.unlock();
      guard.release();
      barrier.set(1);
    });
    await done;
    assert.deepEqual(seen, Array(6).fill('mine'));
  },
);
