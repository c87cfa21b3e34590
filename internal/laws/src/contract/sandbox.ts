import { hostileThenable, thenable } from '../thenable.ts';
import type { Lease } from './acquirable.ts';
import { has, isBounded } from './applies.ts';
import { check, equal, reasonOf } from './check.ts';
import type { Law } from './law.ts';
import type { Scene } from './scene.ts';

const values: readonly unknown[] = [undefined, null, 0, '', false, 'text', { a: 1 }];
const reasons: readonly unknown[] = [new Error('mine'), undefined, null, 0, 'text'];

/** Runs a sandbox on a free lock, and one that has to wait. Neither keeps its hold. */
async function onFreeAndHeld(scene: Scene, run: () => Promise<void>): Promise<void> {
  await run();
  const holders = await scene.block();
  await Promise.all([run(), scene.settle().then(() => scene.release(holders))]);
  await scene.release(await scene.block());
}

/** A sandbox runs its function once, under a hold that ends however the function ends. */
export const sandboxLaws: readonly Law[] = [
  {
    name: 'resolves to what fn returns, plain, from a promise or from a thenable',
    run: (scene) =>
      onFreeAndHeld(scene, async () => {
        for (const value of values) {
          equal(await scene.lock.sandbox(() => value), value, 'value');
          equal(await scene.lock.sandbox(async () => value), value, 'value of a promise');
          const later = thenable((resolve: (value: unknown) => void) => queueMicrotask(() => resolve(value)));
          equal(await scene.lock.sandbox(() => later), value, 'value of a thenable');
        }
      }),
  },
  {
    name: 'rejects with what fn throws, or rejects with, and never throws',
    run: (scene) =>
      onFreeAndHeld(scene, async () => {
        for (const reason of reasons) {
          const thrown = scene.lock.sandbox(() => {
            throw reason;
          });
          equal(await reasonOf(thrown, 'a sandbox whose fn throws'), reason, 'reason');
          const rejected = scene.lock.sandbox(() => Promise.reject(reason));
          equal(await reasonOf(rejected, 'a sandbox whose fn rejects'), reason, 'reason');
          const foreign = thenable((_: unknown, reject: (reason: unknown) => void) => reject(reason));
          const rejectedLater = scene.lock.sandbox(() => foreign);
          equal(await reasonOf(rejectedLater, 'a sandbox whose thenable rejects'), reason, 'reason');
        }
      }),
  },
  {
    name: 'rejects when reading the then of what fn returns throws',
    run: (scene) =>
      onFreeAndHeld(scene, async () => {
        const error = new Error('getter');
        const sandbox = scene.lock.sandbox(() => hostileThenable(error));
        equal(await reasonOf(sandbox, 'a sandbox with a hostile thenable'), error, 'reason');
      }),
  },
  {
    name: 'calls fn once, when the lock is granted',
    async run(scene) {
      const holders = await scene.block();
      let runs = 0;
      const sandbox = scene.lock.sandbox(() => ++runs);
      await scene.settle();
      equal(runs, 0, 'runs on a held lock');
      await scene.release(holders);
      equal([await sandbox, runs], [1, 1], 'value and runs');
      await scene.settle();
      equal(runs, 1, 'runs at the end');
    },
  },
  {
    name: 'passes its lease to fn',
    when: has('leases'),
    run: (scene) =>
      onFreeAndHeld(scene, async () => {
        let passed: Lease | undefined;
        await scene.lock.sandbox((lease) => {
          passed = lease;
          equal(lease?.released, false, 'released inside fn');
          check(lease?.signal instanceof AbortSignal, 'the lease must have a signal');
        });
        equal(passed?.released, true, 'released afterwards');
        equal(passed?.signal.aborted, false, 'aborted of the lease’s signal afterwards');
      }),
  },
  {
    name: 'passes nothing to fn of a lock of one thread',
    when: (subject) => !has('leases')(subject),
    run: (scene) =>
      onFreeAndHeld(scene, async () => {
        const given = await scene.lock.sandbox((...args: unknown[]) => args.length);
        equal(given, 0, 'arguments of fn');
      }),
  },
  {
    name: 'holds the lock until the promise of fn settles',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      await scene.release(holders.slice(0, 1));
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const sandbox = scene.lock.sandbox(() => ended);
      const next = scene.ask();
      await scene.settle();
      equal(next.outcome, 'waiting', 'outcome of the next caller while fn runs');
      end();
      await sandbox;
      await scene.settle();
      equal(next.outcome, 'granted', 'outcome of the next caller after fn');
    },
  },
  {
    name: 'has freed the lock by the time it settles',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      await scene.release(holders.slice(0, 1));
      const fns: readonly (() => unknown)[] = [
        () => 1,
        async () => scene.settle(),
        () => Promise.reject(new Error('mine')),
      ];
      for (const fn of fns) {
        await scene.lock.sandbox(fn).catch(() => {});
        const hold = await scene.lock.tryAcquire();
        check(hold !== undefined, 'a try must succeed after the sandbox has settled');
        await hold.release();
      }
    },
  },
  {
    name: 'lets the timeout end the wait only, and not a running fn',
    async run(scene) {
      const sandbox = scene.lock.sandbox(
        async () => {
          await scene.pass(2 * scene.timeout);
          return 'done';
        },
        { timeout: scene.timeout },
      );
      equal(await sandbox, 'done', 'value');
    },
  },
  {
    name: 'may hold another lock inside',
    async run(scene) {
      const another = await scene.another();
      const value = await scene.lock.sandbox(() => another.lock.sandbox(async () => 'nested'));
      equal(value, 'nested', 'value');
    },
  },
];
