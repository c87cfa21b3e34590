import type { Guard, Lease } from './acquirable.ts';
import { has, isBounded } from './applies.ts';
import { check, equal, reasonOf } from './check.ts';
import type { Law } from './law.ts';
import type { Scene } from './scene.ts';

/** A guard or lease is one hold, which it releases once. */
export const holdLaws: readonly Law[] = [
  {
    name: 'is marked as released from the call of release() on',
    async run(scene) {
      for await (const hold of holdsOf(scene)) {
        equal(hold.released, false, 'released before');
        const done = hold.release();
        equal(hold.released, true, 'released after the call');
        await done;
        equal(hold.released, true, 'released at the end');
      }
    },
  },
  {
    name: 'releases its hold by the time release() is done',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      await scene.release(holders.slice(0, 1));
      for (let round = 0; round < 5; round++) {
        const hold = await scene.lock.acquire();
        await hold.release();
        const next = await scene.lock.tryAcquire();
        check(next !== undefined, 'a try must succeed after the release');
        await next.release();
      }
    },
  },
  {
    name: 'releases once, however often release() is called',
    when: isBounded,
    async run(scene) {
      const hold = await scene.lock.acquire();
      await hold.release();
      const holders = await scene.block();
      await Promise.all([hold.release(), hold.release(), dispose(hold)]);
      const waiter = scene.ask();
      await scene.settle();
      equal(waiter.outcome, 'waiting', 'outcome of a waiter after more releases of a spent hold');
      await scene.release(holders);
    },
  },
  {
    name: 'returns the same promise from every release()',
    when: has('leases'),
    async run(scene) {
      const lease = await scene.lock.acquire();
      const first = lease.release();
      check(first instanceof Promise, 'release() must return a promise');
      equal(lease.release(), first, 'second promise');
      equal(await first, undefined, 'value of the promise');
      equal(lease.release(), first, 'promise after the release');
    },
  },
  {
    name: 'returns nothing from release() of a guard',
    when: (subject) => !has('leases')(subject),
    async run(scene) {
      const guard = await scene.lock.acquire();
      equal(guard.release(), undefined, 'result');
      equal(guard.release(), undefined, 'result of the second release()');
    },
  },
  {
    name: 'is released at the end of an `await using` block, however it ends',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      await scene.release(holders.slice(0, 1));
      {
        await using hold = await scene.lock.acquire();
        equal([hold.released, await scene.lock.tryAcquire()], [false, undefined], 'released, and a try, inside');
      }
      const error = new Error('mine');
      const fail = async (): Promise<void> => {
        await using _hold = await scene.lock.tryAcquire();
        throw error;
      };
      equal(await reasonOf(fail(), 'a block that throws'), error, 'reason');
      const next = await scene.lock.tryAcquire();
      check(next !== undefined, 'a try must succeed after both blocks');
      await next.release();
    },
  },
  {
    name: 'is released once when released by hand inside an `await using` block',
    when: isBounded,
    async run(scene) {
      let holders = await scene.block();
      await scene.release(holders);
      {
        await using hold = await scene.lock.acquire();
        await hold.release();
        holders = await scene.block();
      }
      equal(await scene.lock.tryAcquire(), undefined, 'result of a try after the block');
      await scene.release(holders);
    },
  },
  {
    name: 'is no promise',
    async run(scene) {
      for await (const hold of holdsOf(scene)) {
        check(!('then' in hold), 'a hold must have no then');
        await hold.release();
      }
    },
  },
  {
    name: 'of one lock does not affect another lock',
    async run(scene) {
      const another = await scene.another();
      const [hold, other] = [await scene.lock.acquire(), await another.lock.acquire()];
      await hold.release();
      equal(other.released, false, 'released of the other hold');
      await other.release();
    },
  },
  {
    name: 'does not abort its signal when it is released in order',
    when: has('leases'),
    async run(scene) {
      for await (const lease of holdsOf(scene) as AsyncIterable<Lease>) {
        check(lease.signal instanceof AbortSignal, 'a lease must have a signal');
        equal(lease.signal, lease.signal, 'signal');
        await lease.release();
        await scene.pass(2 * scene.timeout);
        equal(lease.signal.aborted, false, 'aborted');
      }
    },
  },
];

/** A hold of each verb, one after the other. */
async function* holdsOf(scene: Scene): AsyncGenerator<Guard | Lease> {
  yield await scene.lock.acquire();
  const tried = await scene.lock.tryAcquire();
  check(tried !== undefined, 'a try on a free lock must give a hold');
  yield tried;
}

async function dispose(hold: Guard | Lease): Promise<void> {
  if (Symbol.asyncDispose in hold) await hold[Symbol.asyncDispose]();
  else hold[Symbol.dispose]();
}
