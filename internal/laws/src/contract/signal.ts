import { isBounded } from './applies.ts';
import { forms, outcomesOf } from './call.ts';
import { check, equal } from './check.ts';
import { foreignSignal } from './foreign-signal.ts';
import type { Law } from './law.ts';
import { WatchedSignal } from './watched-signal.ts';

// With `undefined`, the signal makes a reason of its own.
const reasons: readonly unknown[] = [new Error('why'), 'text', { code: 7 }, 0, null, false, '', Number.NaN, undefined];

/** A signal ends a wait when it aborts, with its own reason, and nothing else. */
export const signalLaws: readonly Law[] = [
  ...forms.flatMap((form): Law[] => [
    {
      name: `rejects a waiting ${form}() with the reason of its signal, unchanged`,
      async run(scene) {
        await scene.block();
        for (const reason of reasons) {
          const controller = new AbortController();
          const call = scene.ask(form, { signal: controller.signal });
          await scene.settle();
          equal(call.outcome, 'waiting', 'outcome before the abort');
          controller.abort(reason);
          await scene.settle();
          equal([call.outcomes, call.reason], [['refused'], controller.signal.reason], 'outcome and reason');
        }
      },
    },
    {
      name: `rejects ${form}() with an aborted signal, even if the lock is free`,
      async run(scene) {
        for (const isHeld of [false, true]) {
          const holders = isHeld ? await scene.block() : [];
          for (const reason of reasons) {
            const signal = AbortSignal.abort(reason);
            const call = scene.ask(form, { signal });
            await scene.settle();
            equal([call.outcomes, call.reason], [['refused'], signal.reason], 'outcome and reason');
          }
          await scene.release(holders);
        }
      },
    },
    {
      name: `ignores an abort after ${form}() was granted`,
      async run(scene) {
        const controller = new AbortController();
        const others = Array.from({ length: isBounded(scene) ? scene.capacity - 1 : 0 }, () => scene.ask());
        const call = scene.ask(form, { signal: controller.signal });
        await scene.settle();
        controller.abort('too late');
        const next = scene.askToBlock();
        await scene.settle();
        equal([call.outcomes, next.outcome], [['granted'], 'waiting'], 'outcomes, and outcome of the next call');
        if (call.hold !== undefined) equal(call.hold.released, false, 'released');
        if (call.hold !== undefined && 'signal' in call.hold) equal(call.hold.signal.aborted, false, 'aborted');
        await scene.release([...others, call]);
      },
    },
    {
      name: `settles ${form}() once if its signal aborts in the turn of the call`,
      async run(scene) {
        for (const isHeld of [false, true]) {
          const holders = isHeld ? await scene.block() : [];
          const controller = new AbortController();
          const call = scene.ask(form, { signal: controller.signal });
          controller.abort('now');
          await scene.settle();
          equal(call.outcomes.length, 1, 'outcomes');
          if (isHeld || call.outcome === 'refused') equal(call.reason, 'now', 'reason');
          await scene.release([...holders, ...(call.isInside ? [call] : [])]);
        }
      },
    },
    {
      name: `leaves no listener on the signal of ${form}()`,
      async run(scene) {
        for (const ending of ['grant', 'abort', 'timeout']) {
          const holders = await scene.block();
          const controller = new AbortController();
          const watched = new WatchedSignal(controller.signal);
          const call = scene.ask(form, { signal: controller.signal, timeout: scene.timeout });
          await scene.settle();
          equal(call.outcome, 'waiting', 'outcome on a held lock');
          if (ending === 'abort') controller.abort();
          else if (ending === 'timeout') await scene.pass(scene.timeout);
          await scene.release(holders);
          equal(call.outcome, ending === 'grant' ? 'granted' : 'refused', `outcome after the ${ending}`);
          equal(watched.listeners, 0, `listeners after the ${ending}`);
          await scene.release(call.isInside ? [call] : []);
        }
      },
    },
    {
      name: `ends ${form}() by a signal of another realm`,
      async run(scene) {
        await scene.block();
        const foreign = foreignSignal();
        const call = scene.ask(form, { signal: foreign.signal as never });
        await scene.settle();
        foreign.abort('foreign');
        await scene.settle();
        equal([call.outcomes, call.reason], [['refused'], 'foreign'], 'outcome and reason');
        equal(foreign.listeners.size, 0, 'listeners');
      },
    },
  ]),
  {
    name: 'takes null and undefined for no signal',
    async run(scene) {
      for (const signal of [null, undefined]) {
        for (const form of forms) {
          const call = scene.ask(form, { signal });
          await scene.settle();
          equal(call.outcomes, ['granted'], 'outcomes on a free lock');
          await scene.release([call]);
        }
        const holders = await scene.block();
        const waiting = scene.ask('acquire', { signal });
        await scene.settle();
        equal(waiting.outcome, 'waiting', 'outcome on a held lock');
        await scene.release(holders);
        equal(waiting.outcome, 'granted', 'outcome after the release');
        await scene.release([waiting]);
      }
    },
  },
  {
    name: 'ends all waits of a shared signal, and no other',
    async run(scene) {
      const holders = await scene.block();
      const controller = new AbortController();
      const isSharing = (place: number): boolean => place % 3 !== 1;
      const calls = Array.from({ length: 9 }, (_, place) =>
        scene.ask(forms[place % forms.length], isSharing(place) ? { signal: controller.signal } : {}),
      );
      await scene.settle();
      controller.abort('all');
      await scene.settle();
      equal(
        outcomesOf(calls),
        calls.map((_, place) => (isSharing(place) ? 'refused' : 'waiting')),
        'outcomes after the abort',
      );
      const others = calls.filter((_, place) => !isSharing(place));
      const order = await scene.serve(holders, others);
      equal(order.length, others.length, 'grants after the abort');
    },
  },
  {
    name: 'is free for the next caller after a thousand waits were aborted together',
    async run(scene) {
      const holders = await scene.block();
      const controller = new AbortController();
      const calls = Array.from({ length: 1000 }, () => scene.ask('acquire', { signal: controller.signal }));
      const last = scene.ask();
      await scene.settle();
      controller.abort('all');
      await scene.settle();
      check(
        calls.every(({ outcome }) => outcome === 'refused'),
        'every wait must end',
      );
      await scene.release(holders);
      equal(last.outcome, 'granted', 'outcome of the next caller');
    },
  },
  {
    name: 'does not let an aborted waiter hold up the next one, even before listeners run',
    when: isBounded,
    async run(scene) {
      const holders = await scene.block();
      const controller = new AbortController();
      // A listener that runs before the lock's own.
      const released: Promise<void>[] = [];
      controller.signal.addEventListener('abort', () => {
        for (const holder of holders.slice(0, 1)) released.push(holder.release());
      });
      const aborted = scene.ask('acquire', { signal: controller.signal });
      const next = scene.ask();
      await scene.settle();
      controller.abort('gone');
      await Promise.all(released);
      await scene.settle();
      equal([aborted.outcomes, aborted.reason], [['refused'], 'gone'], 'outcome and reason');
      equal(next.outcome, 'granted', 'outcome of the next one');
    },
  },
];
