import { microtasks } from '../rest.ts';
import { has, isBounded } from './applies.ts';
import { forms, outcomesOf } from './call.ts';
import { equal } from './check.ts';
import { exits } from './exits.ts';
import type { Law } from './law.ts';

/** A wait that has ended early is forgotten: the others go on as if it had never been. */
export const givingUpLaws: readonly Law[] = exits.flatMap((exit): Law[] => [
  {
    name: `admits the next waiter after ${exit.name} of the one before it`,
    async run(scene) {
      const holders = await scene.block();
      const { options, leave } = exit.prepare(scene);
      const head = scene.ask('acquire', options);
      const next = scene.ask();
      await scene.settle();
      await leave();
      await scene.settle();
      equal([head.outcome, next.outcome], ['refused', 'waiting'], 'outcomes on a held lock');
      await scene.release(holders.slice(0, 1));
      equal([head.outcomes, next.outcomes], [['refused'], ['granted']], 'outcomes after the release');
    },
  },
  {
    name: `keeps the order of the rest after ${exit.name}`,
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      const first = scene.ask();
      const { options, leave } = exit.prepare(scene);
      const leavers = [scene.ask('sandbox', options), scene.ask('acquire', options)];
      const rest = [first, scene.ask('sandbox'), scene.ask()];
      await scene.settle();
      await leave();
      await scene.settle();
      equal(outcomesOf(leavers), ['refused', 'refused'], 'outcomes of those that gave up');
      equal(await scene.serve(holders, rest), [0, 1, 2], 'order of grants');
    },
  },
  {
    name: `is free when the holder releases after ${exit.name} of every waiter`,
    async run(scene) {
      const holders = await scene.block();
      const { options, leave } = exit.prepare(scene);
      const calls = forms.map((form) => scene.ask(form, options));
      await scene.settle();
      await leave();
      await scene.settle();
      await scene.release(holders);
      equal(outcomesOf(calls), ['refused', 'refused'], 'outcomes');
      const hold = await scene.lock.tryAcquire();
      equal(hold?.released, false, 'released of a new hold');
      await hold?.release();
    },
  },
  {
    name: `never runs fn of a sandbox after ${exit.name}`,
    async run(scene) {
      const holders = await scene.block();
      const { options, leave } = exit.prepare(scene);
      let runs = 0;
      const sandbox = scene.lock
        .sandbox(() => runs++, options)
        .then(
          () => 'resolved',
          () => 'rejected',
        );
      await scene.settle();
      await leave();
      await scene.release(holders);
      equal([await sandbox, runs], ['rejected', 0], 'outcome, and runs of fn');
    },
  },
  ...forms.map(
    (form): Law => ({
      name: `settles ${form}() once and loses no hold, whenever ${exit.name} meets the release`,
      async run(scene) {
        for (let gap = 0; gap <= 10; gap++) {
          for (const isExitFirst of [true, false]) {
            const holders = await scene.block();
            const { options, leave } = exit.prepare(scene);
            const call = scene.ask(form, options);
            const behind = scene.ask(form);
            await scene.settle();
            const release = (): Promise<unknown> => Promise.all(holders.map((holder) => holder.release()));
            const first = isExitFirst ? leave() : release();
            await microtasks(gap);
            const second = isExitFirst ? release() : leave();
            await Promise.all([first, second]);
            await scene.settle();
            equal(call.outcomes.length, 1, 'outcomes');
            if (isExitFirst && exit.isImmediate) equal(call.outcome, 'refused', 'outcome if it gave up first');
            if (call.isInside) await scene.release([call]);
            equal(behind.outcomes, ['granted'], 'outcomes of the next waiter');
            await scene.release([behind]);
          }
        }
      },
    }),
  ),
  {
    name: `admits smaller requests after ${exit.name} of a large one before them`,
    when: has('permits'),
    async run(scene) {
      const one = scene.ask();
      await scene.settle();
      const { options, leave } = exit.prepare(scene);
      const large = scene.ask('acquire', { ...options, permits: scene.capacity });
      const small = forms.map((form) => scene.ask(form));
      await scene.settle();
      equal(outcomesOf([one, large, ...small]), ['granted', 'waiting', 'waiting', 'waiting'], 'outcomes before');
      await leave();
      await scene.settle();
      equal(outcomesOf([large, ...small]), ['refused', 'granted', 'granted'], 'outcomes after');
    },
  },
  {
    name: `admits callers behind a waiting rival after ${exit.name} of the rival`,
    when: (subject) => has('rival')(subject) && !isBounded(subject),
    async run(scene) {
      const holder = scene.ask();
      await scene.settle();
      const { options, leave } = exit.prepare(scene);
      const rival = scene.ask('acquire', options, scene.rival);
      await scene.settle();
      const calls = forms.map((form) => scene.ask(form));
      await scene.settle();
      await leave();
      await scene.settle();
      equal(outcomesOf([holder, rival, ...calls]), ['granted', 'refused', 'granted', 'granted'], 'outcomes');
    },
  },
]);
