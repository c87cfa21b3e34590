import { hasPriorities, isBounded } from './applies.ts';
import { type Call, forms, outcomesOf } from './call.ts';
import { equal } from './check.ts';
import type { Law } from './law.ts';

/** The callers of one handle are served in the order of their calls, those of higher priority first. */
export const orderLaws: readonly Law[] = [
  {
    name: 'serves all forms in one line, in the order of their calls',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      const calls = Array.from({ length: 12 }, (_, i) => scene.ask(forms[i % forms.length]));
      equal(
        await scene.serve(holders, calls),
        calls.map((_, place) => place),
        'order of grants',
      );
    },
  },
  ...forms.map(
    (form): Law => ({
      name: `puts a caller of ${form}() that asks while the lock is being released behind the waiters`,
      when: isBounded,
      async run(scene) {
        const holders = await scene.block();
        const waiter = scene.ask(form);
        await scene.settle();
        const released = holders[0]?.release();
        const newcomer = scene.ask(form);
        await released;
        await scene.settle();
        equal([waiter.outcome, newcomer.outcome], ['granted', 'waiting'], 'outcomes of waiter and newcomer');
      },
    }),
  ),
  {
    name: 'puts a holder that releases and asks again behind the waiters',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      const waiters = [scene.ask(), scene.ask()];
      await scene.settle();
      await holders[0]?.release();
      const again = scene.ask();
      await scene.settle();
      equal(await scene.serve(holders.slice(1), [...waiters, again]), [0, 1, 2], 'order of grants');
    },
  },
  ...forms.map(
    (form): Law => ({
      name: `serves ${form}() calls of higher priority first, equals in the order of their calls`,
      when: hasPriorities,
      async run(scene) {
        const holders = await scene.block();
        const calls = [0, 5, -1, 5, undefined, 0.5, -1, 1e9, 0].map((priority) => scene.ask(form, { priority }));
        await scene.settle();
        equal(await scene.serve(holders, calls), [7, 1, 3, 5, 0, 4, 8, 2, 6], 'order of grants');
      },
    }),
  ),
  {
    name: 'takes no hold away for a higher priority',
    when: hasPriorities,
    async run(scene) {
      const holders = await scene.block();
      const urgent = scene.ask('acquire', { priority: 100 });
      await scene.settle();
      equal(urgent.outcome, 'waiting', 'outcome of the urgent call');
      for (const { hold } of holders) equal(hold?.released, false, 'released of a holder');
    },
  },
  {
    name: 'serves a new priority after the line was empty',
    when: hasPriorities,
    async run(scene) {
      for (const priority of [3, 0, -3, 7]) {
        const holders = await scene.block();
        const calls: Call[] = [scene.ask('acquire', { priority }), scene.ask('acquire', { priority })];
        await scene.settle();
        equal(await scene.serve(holders, calls), [0, 1], 'order of grants');
        equal(outcomesOf(calls), ['granted', 'granted'], 'outcomes');
      }
    },
  },
];
