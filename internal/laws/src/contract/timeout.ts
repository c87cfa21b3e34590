import { TimeoutError } from './acquirable.ts';
import { type Call, forms, outcomesOf } from './call.ts';
import { check, equal } from './check.ts';
import type { Law } from './law.ts';

// A timer that is longer fires after 1 ms.
const longest = 2 ** 31 - 1;

/** A timeout ends a wait, and nothing else. */
export const timeoutLaws: readonly Law[] = forms.flatMap((form): Law[] => [
  {
    name: `rejects a waiting ${form}() when its timeout is over, and not before`,
    async run(scene) {
      const holders = await scene.block();
      const call = scene.ask(form, { timeout: scene.timeout });
      await scene.settle();
      equal(call.outcome, 'waiting', 'outcome of the call');
      if (scene.hasClock) {
        await scene.pass(scene.timeout - 1);
        equal(call.outcome, 'waiting', 'outcome before the time is over');
        await scene.pass(1);
      } else {
        await scene.pass(scene.timeout);
      }
      equal(call.outcomes, ['refused'], 'outcomes after the time is over');
      checkError(call, form, scene.timeout);
      for (const { hold } of holders) equal(hold?.released, false, 'released of a holder');
    },
  },
  {
    name: `grants ${form}() with a timeout of zero or less only if no wait is needed`,
    async run(scene) {
      for (const timeout of [0, -0, -1, Number.NEGATIVE_INFINITY]) {
        const lucky = scene.ask(form, { timeout });
        await scene.settle();
        equal(lucky.outcomes, ['granted'], `outcomes on a free lock with timeout ${timeout}`);
        await scene.release([lucky]);
        const holders = await scene.block();
        const unlucky = scene.ask(form, { timeout });
        await scene.settle();
        equal(unlucky.outcomes, ['refused'], `outcomes on a held lock with timeout ${timeout}`);
        checkError(unlucky, form, timeout);
        await scene.release(holders);
      }
    },
  },
  {
    name: `never times out ${form}() with a timeout of Infinity or undefined`,
    async run(scene) {
      for (const timeout of [Number.POSITIVE_INFINITY, undefined]) {
        const holders = await scene.block();
        const call = scene.ask(form, { timeout });
        await scene.pass(scene.timeout);
        equal(call.outcome, 'waiting', `outcome with timeout ${timeout}`);
        await scene.release(holders);
        equal(call.outcome, 'granted', 'outcome after the release');
        await scene.release([call]);
      }
    },
  },
  {
    name: `does not time out ${form}() early when its timeout is longer than a timer can be`,
    async run(scene) {
      const holders = await scene.block();
      const timeouts = [longest, longest + 1, 2 * longest, Number.MAX_VALUE];
      const calls = timeouts.map((timeout) => scene.ask(form, { timeout }));
      await scene.settle();
      await scene.pass(scene.timeout);
      equal(
        outcomesOf(calls),
        calls.map(() => 'waiting'),
        'outcomes before the time is over',
      );
      const order = await scene.serve(holders, calls);
      equal(order.length, calls.length, 'grants');
    },
  },
  {
    name: `ends no hold of ${form}() when its timeout is over after the grant`,
    async run(scene) {
      const holders = await scene.block();
      const call = scene.ask(form, { timeout: scene.timeout });
      await scene.settle();
      await scene.release(holders.slice(0, 1));
      await scene.pass(2 * scene.timeout);
      const next = scene.askToBlock();
      await scene.settle();
      equal([call.outcomes, next.outcome], [['granted'], 'waiting'], 'outcomes, and outcome of the next call');
      if (call.hold !== undefined) equal(call.hold.released, false, 'released');
      if (call.hold !== undefined && 'signal' in call.hold) equal(call.hold.signal.aborted, false, 'aborted');
    },
  },
  {
    name: `leaves no timer of ${form}() behind, however its wait ends`,
    async run(scene) {
      for (const ending of ['grant', 'abort']) {
        const holders = await scene.block();
        const controller = new AbortController();
        const call = scene.ask(form, { timeout: 1e6, signal: controller.signal });
        await scene.settle();
        if (ending === 'abort') controller.abort();
        await scene.release(holders);
        equal(call.outcomes, [ending === 'grant' ? 'granted' : 'refused'], `outcomes after the ${ending}`);
        await scene.release(call.isInside ? [call] : []);
        equal(scene.timers, 0, `timers after the ${ending}`);
      }
    },
  },
  {
    name: `settles ${form}() once when its timeout and its signal end it in one turn`,
    async run(scene) {
      await scene.block();
      for (const isAbortFirst of [true, false]) {
        const controller = new AbortController();
        const call = scene.ask(form, { timeout: scene.timeout, signal: controller.signal });
        await scene.settle();
        if (isAbortFirst) controller.abort('aborted');
        const passed = scene.pass(scene.timeout);
        controller.abort('aborted');
        await passed;
        equal(call.outcomes, ['refused'], 'outcomes');
        if (isAbortFirst) equal(call.reason, 'aborted', 'reason');
      }
    },
  },
]);

function checkError(call: Call, form: string, timeout: number): void {
  const error = call.reason;
  check(error instanceof TimeoutError && error instanceof Error, 'the reason must be a TimeoutError');
  equal(error.name, 'TimeoutError', 'name of the error');
  // acquireAll() is the acquire() of several locks.
  check(new RegExp(`\\b${form}(All)?\\b`).test(error.message), `the message must name ${form}: ${error.message}`);
  check(error.message.includes(`${timeout} ms`), `the message must name the time: ${error.message}`);
}
