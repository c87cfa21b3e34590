import { type Lease, LeaseLostError } from './acquirable.ts';
import { has, isBounded } from './applies.ts';
import { check, equal, reasonOf } from './check.ts';
import type { Law } from './law.ts';

function checkLost(reason: unknown, what: string): asserts reason is LeaseLostError {
  check(reason instanceof LeaseLostError && reason instanceof Error, `${what} must be a LeaseLostError`);
}

const laws: readonly Law[] = [
  {
    name: 'aborts the signal of a lost lease with a LeaseLostError',
    async run(scene) {
      const lease = (await scene.lock.acquire()) as Lease;
      let aborts = 0;
      lease.signal.addEventListener('abort', () => aborts++);
      await scene.lose(lease);
      equal([lease.signal.aborted, aborts, lease.released], [true, 1, false], 'aborted, abort events, released');
      const { reason } = lease.signal;
      checkLost(reason, 'the reason of the signal');
      equal(reason.name, 'LeaseLostError', 'name');
      equal([typeof reason.lock, typeof reason.why], ['string', 'string'], 'types of lock and why');
      check(['number', 'undefined'].includes(typeof reason.token), 'the token must be a number or undefined');
      await lease.release().catch(() => {});
    },
  },
  {
    name: 'rejects every release() of a lost lease with a LeaseLostError',
    async run(scene) {
      const lease = (await scene.lock.acquire()) as Lease;
      await scene.lose(lease);
      const first = lease.release();
      equal([lease.released, lease.release()], [true, first], 'released, and the promise of a second release()');
      checkLost(await reasonOf(first, 'release()'), 'the reason');
      checkLost(await reasonOf(Promise.resolve(lease[Symbol.asyncDispose]()), 'asyncDispose'), 'the reason');
    },
  },
  {
    name: 'rejects a sandbox whose lease was lost, even though fn succeeded',
    async run(scene) {
      const sandbox = scene.lock.sandbox(async (lease) => {
        await scene.lose(lease as Lease);
        return 'done';
      });
      checkLost(await reasonOf(sandbox, 'the sandbox'), 'the reason');
    },
  },
  {
    name: 'rejects a sandbox with the error of fn, even though its lease was lost',
    async run(scene) {
      const error = new Error('mine');
      const sandbox = scene.lock.sandbox(async (lease) => {
        await scene.lose(lease as Lease);
        throw error;
      });
      equal(await reasonOf(sandbox, 'the sandbox'), error, 'reason');
    },
  },
  {
    name: 'rejects the end of an `await using` block whose lease was lost',
    async run(scene) {
      const block = async (): Promise<void> => {
        await using lease = (await scene.lock.acquire()) as Lease;
        await scene.lose(lease);
      };
      checkLost(await reasonOf(block(), 'the block'), 'the reason');
    },
  },
  {
    name: 'leaves no rejection unhandled when nobody awaits the release of a lost lease',
    async run(scene) {
      const lease = (await scene.lock.acquire()) as Lease;
      await scene.lose(lease);
      void lease.release();
      void lease.release();
      await scene.settle();
    },
  },
  {
    name: 'ignores a loss after the release',
    async run(scene) {
      const lease = (await scene.lock.acquire()) as Lease;
      await lease.release();
      await scene.lose(lease);
      equal([lease.signal.aborted, await lease.release()], [false, undefined], 'aborted, and value of release()');
    },
  },
  {
    name: 'loses one lease, and not those of other holders',
    async run(scene) {
      const lost = (await scene.lock.acquire()) as Lease;
      const another = await scene.another();
      const kept = (await another.lock.acquire()) as Lease;
      await scene.lose(lost);
      equal([lost.signal.aborted, kept.signal.aborted], [true, false], 'aborted');
      await kept.release();
      await lost.release().catch(() => {});
    },
  },
  {
    name: 'admits the next waiter after a loss, and lets the release of the lost lease change nothing',
    when: isBounded,
    async run(scene) {
      const lost = (await scene.lock.acquire()) as Lease;
      const others = Array.from({ length: scene.capacity - 1 }, () => scene.ask());
      const [next, last] = [scene.ask(), scene.ask()];
      await scene.settle();
      await scene.lose(lost);
      equal([next.outcome, last.outcome], ['granted', 'waiting'], 'outcomes after the loss');
      await lost.release().catch(() => {});
      await scene.settle();
      equal([next.outcome, last.outcome], ['granted', 'waiting'], 'outcomes after the release');
      await scene.release([...others, next]);
    },
  },
];

/** A lost lease is reported twice: immediately by its signal, and at the end by a rejection. */
export const lossLaws: readonly Law[] = laws.map((law) => ({
  ...law,
  when: (subject) => has('loss')(subject) && (law.when?.(subject) ?? true),
}));
