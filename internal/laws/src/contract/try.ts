import type { AsyncLockable } from './acquirable.ts';
import { has, isBounded } from './applies.ts';
import { check, equal, reasonOf } from './check.ts';
import type { Law } from './law.ts';

/** A try takes a hold if no wait is needed, and leaves nothing behind if not. */
export const tryLaws: readonly Law[] = [
  {
    name: 'gives a hold of a free lock',
    async run(scene) {
      const hold = await scene.lock.tryAcquire();
      check(hold !== undefined, 'a try on a free lock must give a hold');
      equal(hold.released, false, 'released');
      await hold.release();
      equal(hold.released, true, 'released');
    },
  },
  {
    name: 'succeeds as often as holds fit',
    when: isBounded,
    async run(scene) {
      const holds = [];
      for (let i = 0; i < scene.capacity; i++) holds.push(await scene.lock.tryAcquire());
      check(!holds.includes(undefined), 'every try must give a hold');
      equal(await scene.lock.tryAcquire(), undefined, 'result of one try too many');
      const call = scene.ask();
      await scene.settle();
      equal(call.outcome, 'waiting', 'outcome of a call on the full lock');
      for (const hold of holds) await hold?.release();
    },
  },
  {
    name: 'gives undefined on a held lock, whether or not it is awaited',
    async run(scene) {
      const holders = await scene.block();
      equal(await scene.lock.tryAcquire(), undefined, 'result');
      equal(await scene.other.tryAcquire(), undefined, 'result of the other handle');
      void scene.lock.tryAcquire();
      await scene.settle();
      await scene.release(holders);
      const call = scene.ask();
      await scene.settle();
      equal(call.outcome, 'granted', 'outcome of the first call after the release');
    },
  },
  {
    name: 'does not overtake a waiter',
    when: has('permits'),
    async run(scene) {
      const one = scene.ask();
      await scene.settle();
      const large = scene.ask('acquire', { permits: scene.capacity });
      await scene.settle();
      equal(await scene.lock.tryAcquire(), undefined, 'result of a try that would fit');
      await scene.release([one]);
      equal(large.outcome, 'granted', 'outcome of the waiter');
    },
  },
  {
    name: 'rejects with the reason of an aborted signal, and takes nothing',
    when: has('leases'),
    async run(scene) {
      const lock = scene.lock as AsyncLockable;
      for (const isHeld of [false, true]) {
        const holders = isHeld ? await scene.block() : [];
        const attempt = lock.tryAcquire({ signal: AbortSignal.abort('no') });
        equal(await reasonOf(attempt, 'a try with an aborted signal'), 'no', 'reason');
        await scene.release(holders);
      }
      const hold = await lock.tryAcquire({ signal: null });
      check(hold !== undefined, 'a try with no signal must give a hold');
      await hold.release();
    },
  },
];
