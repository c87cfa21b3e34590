import { has } from './applies.ts';
import { badOptions, badPriorities } from './bad-options.ts';
import { forms } from './call.ts';
import { check, equal, reasonOf } from './check.ts';
import type { Law } from './law.ts';
import { refuses } from './refuses.ts';

/** Bad arguments reject, name the argument and the value, and change nothing. */
export const argumentLaws: readonly Law[] = [
  ...forms.flatMap((form): Law[] => [
    { name: `rejects bad options of ${form}(), and takes nothing`, run: (scene) => refuses(scene, form, badOptions) },
    {
      name: `rejects bad priorities of ${form}(), and takes nothing`,
      when: has('priorities'),
      run: (scene) => refuses(scene, form, badPriorities),
    },
    {
      name: `takes empty and unknown options of ${form}() for the default`,
      async run(scene) {
        for (const options of [{}, undefined, { timeout: undefined, priority: undefined }, { timout: 5 }]) {
          const holders = await scene.block();
          const call = scene.ask(form, options as object);
          await scene.settle();
          equal(call.outcome, 'waiting', 'outcome on a held lock');
          await scene.release(holders);
          equal(call.outcome, 'granted', 'outcome after the release');
          await scene.release([call]);
        }
      },
    },
    {
      name: `takes the options of ${form}() as they were at the call`,
      async run(scene) {
        const holders = await scene.block();
        const frozen = scene.ask(form, Object.freeze({ timeout: 1e6 }));
        const options = { timeout: 1e6 };
        const changed = scene.ask(form, options);
        options.timeout = 0;
        await scene.settle();
        equal([frozen.outcome, changed.outcome], ['waiting', 'waiting'], 'outcomes');
        await scene.release(holders);
      },
    },
    {
      name: `rejects ${form}() with what reading its options throws`,
      async run(scene) {
        const error = new Error('getter');
        const hostile = {
          get timeout(): number {
            throw error;
          },
        };
        const call = scene.ask(form, hostile);
        await scene.settle();
        equal([call.outcomes, call.reason], [['refused'], error], 'outcome and reason');
      },
    },
  ]),
  {
    name: 'rejects a fn that is no function, and takes nothing',
    async run(scene) {
      for (const isHeld of [false, true]) {
        const holders = isHeld ? await scene.block() : [];
        for (const fn of [undefined, null, 'text', {}, 5]) {
          const error = await reasonOf(scene.lock.sandbox(fn as never), 'a sandbox of no function');
          check(error instanceof TypeError, 'the reason must be a TypeError');
          check(error.message.startsWith('fn must be a function'), `the message must name fn: ${error.message}`);
        }
        await scene.release(holders);
      }
    },
  },
];
