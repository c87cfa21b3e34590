// Guards and locks in the state of user interfaces, and frozen.
import assert from 'node:assert/strict';
import * as lite from '@valvekit/lite';
import { produce, setAutoFreeze } from 'immer';
import * as mobx from 'mobx';
import {
  ASemaphore,
  acquireAll,
  Barrier,
  KeyedLocks,
  Mutex,
  ReadWriteLock,
  Semaphore,
  TimeoutError,
  tryAcquireAll,
} from 'valvekit';
import { reactive, readonly, ref, shallowReactive, watchEffect } from 'vue';
import { check } from './check.mjs';

const tools = {
  'Vue reactive()': (value) => reactive({ value }).value,
  'Vue readonly()': (value) => readonly({ value }).value,
  'Vue ref()': (value) => ref(value).value,
  'Vue ref() in reactive()': (value) => reactive({ list: [ref(value)] }).list[0].value,
  'Vue shallowReactive()': (value) => shallowReactive({ value }).value,
  'MobX observable()': (value) => mobx.observable({ value }).value,
  'MobX observable array': (value) => mobx.observable([value])[0],
  'MobX observable map': (value) => mobx.observable(new Map([['key', value]])).get('key'),
  'immer produce()': (value) => produce({}, (draft) => Object.assign(draft, { value })).value,
  'immer, read in a draft': (value) => {
    const seen = [];
    produce({ value }, (draft) => void seen.push(draft.value));
    return seen[0];
  },
  'Object.freeze()': Object.freeze,
  'Object.seal() and preventExtensions()': (value) => Object.preventExtensions(Object.seal(value)),
};
setAutoFreeze(true);

const packages = { Vue: 'vue', MobX: 'mobx', immer: 'immer' };

for (const [tool, hand] of Object.entries(tools)) {
  const name = packages[tool.split(' ')[0]];
  await check(
    `${tool}: guards`,
    async () => {
      const keyed = new KeyedLocks();
      const rw = new ReadWriteLock();
      const pair = [new Mutex(), new Semaphore(1)];
      const together = { acquire: () => acquireAll(pair), tryAcquire: () => tryAcquireAll(pair) };
      const small = new lite.ReadWriteLock();
      const own = [new Mutex(), new Semaphore(1), rw.read, rw.write, rw.upgradable];
      const views = [keyed.mutex('a'), keyed.semaphore('b', 1), keyed.readWriteLock('c').write];
      const lites = [new lite.Mutex(), new lite.Semaphore(1), small.read, small.write];
      for (const lock of [...own, ...views, ...lites, together]) {
        const guard = hand(await lock.acquire());
        assert.equal(guard.released, false);
        guard.release();
        assert.equal(guard.released, true);
        const next = hand(lock.tryAcquire());
        next[Symbol.dispose]();
        assert.equal(next.released, true);
      }
      const reading = hand(hand(await rw.write.acquire()).downgrade());
      assert.equal(rw.isLocked, 'R');
      reading.release();
      const upgradable = hand(await rw.upgradable.acquire());
      await upgradable.upgrade();
      assert.equal(rw.isLocked, 'W');
      upgradable.release();
      assert.equal(rw.isLocked, false);
    },
    name,
  );
  await check(
    `${tool}: locks and their sides`,
    async () => {
      const rw = new ReadWriteLock();
      const keyed = new KeyedLocks();
      const locks = [
        new Mutex(),
        new Semaphore(2),
        rw.read,
        rw.write,
        rw.upgradable,
        keyed.mutex('a'),
        keyed.semaphore('b', 2),
        keyed.readWriteLock('c').write,
        new lite.Mutex(),
        new lite.ReadWriteLock().write,
      ];
      for (const lock of locks.map((each) => hand(each))) {
        assert.equal(await lock.sandbox(() => 1), 1);
        const guard = lock.tryAcquire();
        const waiting = lock === locks[1] ? undefined : lock.sandbox(() => 2);
        guard.release();
        if (waiting) assert.equal(await waiting, 2);
      }
      const mutex = hand(new Mutex());
      mutex.tryLock();
      const queued = mutex.lock();
      assert.equal(mutex.waiting, 1);
      mutex.unlock();
      await queued;
      const bare = hand(new ReadWriteLock());
      await bare.writeLock();
      const reading = bare.readLock();
      bare.unlock();
      await reading;
      assert.equal(bare.readers, 1);
      assert.equal(await bare.upgradable.sandbox(() => bare.isLocked), 'R');
      const semaphore = hand(new lite.Semaphore(2));
      assert.equal(await semaphore.sandbox(() => semaphore.available), 1);
      const barrier = hand(new Barrier(0));
      const waited = barrier.wait(1);
      barrier.set(1);
      assert.equal(await waited, 1);
      const count = hand(new ASemaphore(1));
      const zero = count.wait();
      count.p();
      await zero;
      assert.equal(
        await hand(keyed)
          .mutex('c')
          .sandbox(() => 3),
        3,
      );
    },
    name,
  );
  await check(
    `${tool}: errors`,
    () => {
      const error = hand(new TimeoutError('mine'));
      assert.equal(`${error}`, 'TimeoutError: mine');
    },
    name,
  );
}

await check(
  'Vue: `guard.released` is not reactive, as the page "Where it runs" says',
  async () => {
    const state = reactive({ guard: await new Mutex().acquire() });
    const seen = [];
    watchEffect(() => seen.push(state.guard?.released), { flush: 'sync' });
    state.guard.release();
    assert.deepEqual(seen, [false]);
    state.guard = undefined;
    assert.deepEqual(seen, [false, undefined]);
  },
  'vue',
);

await check('a Proxy of your own throws, as the page "Where it runs" says', () => {
  assert.throws(() => new Proxy(new Mutex(), {}).isLocked, TypeError);
});
