import { has, isBounded, isExclusive } from './applies.ts';
import { forms, outcomesOf } from './call.ts';
import { check, equal } from './check.ts';
import type { Law } from './law.ts';

/** A lock never has more holders than fit. */
export const exclusionLaws: readonly Law[] = [
  ...forms.map(
    (form): Law => ({
      name: `makes ${form}() wait when the lock is full, and admits one caller for each release`,
      when: isBounded,
      async run(scene) {
        const holders = await scene.block();
        const calls = [scene.ask(form), scene.ask(form)];
        await scene.settle();
        equal(outcomesOf(calls), ['waiting', 'waiting'], 'outcomes on a full lock');
        await scene.release(holders.slice(0, 1));
        equal(outcomesOf(calls), ['granted', 'waiting'], 'outcomes after one release');
      },
    }),
  ),
  ...forms.map(
    (form): Law => ({
      name: `makes ${form}() wait when the lock is full through another handle`,
      when: (subject) => isBounded(subject) && has('other')(subject),
      async run(scene) {
        const holders = await scene.block();
        const call = scene.ask(form, undefined, scene.other);
        await scene.settle();
        equal(call.outcome, 'waiting', 'outcome on a full lock');
        await scene.release(holders.slice(0, 1));
        equal(call.outcome, 'granted', 'outcome after a release');
        const next = scene.ask(form);
        await scene.settle();
        equal(next.outcome, 'waiting', 'outcome while the other handle has the last hold');
      },
    }),
  ),
  ...forms.map(
    (form): Law => ({
      name: `never grants ${form}() and a rival at the same time`,
      when: has('rival'),
      async run(scene) {
        const holder = scene.ask(form);
        await scene.settle();
        const rival = scene.ask(form, undefined, scene.rival);
        await scene.settle();
        equal([holder.outcome, rival.outcome], ['granted', 'waiting'], 'outcomes of holder and rival');
        await scene.release([holder]);
        equal(rival.outcome, 'granted', 'outcome of the rival after the release');
        const late = scene.ask(form);
        await scene.settle();
        equal(late.outcome, 'waiting', 'outcome while the rival holds the lock');
      },
    }),
  ),
  {
    name: 'admits callers together where they fit',
    when: (subject) => !isExclusive(subject),
    async run(scene) {
      const calls = forms.map((form) => scene.ask(form));
      await scene.settle();
      equal(outcomesOf(calls), ['granted', 'granted'], 'outcomes of two callers');
    },
  },
  {
    name: 'keeps two locks apart',
    async run(scene) {
      const another = await scene.another();
      await scene.block();
      const call = another.ask();
      await scene.settle();
      equal(call.outcome, 'granted', 'outcome on the other lock');
    },
  },
  {
    name: 'can be used again after any number of holds',
    async run(scene) {
      for (let round = 0; round < 50; round++) {
        const call = scene.ask(forms[round % forms.length]);
        await scene.settle();
        equal(call.outcomes, ['granted'], 'outcomes');
        await scene.release([call]);
      }
    },
  },
  {
    name: 'admits each of a thousand callers once, and never too many at a time',
    async run(scene) {
      const callers = 1000;
      const visits = Array.from({ length: callers }, () => 0);
      const rivals = scene.rival === undefined ? 0 : 20;
      let inside = 0;
      let most = 0;
      let mixed = false;
      let finished = 0;
      const enter = async (caller: number, weight: number): Promise<void> => {
        visits[caller] = (visits[caller] ?? 0) + 1;
        mixed ||= weight > 1 && inside > 0;
        inside += weight;
        most = Math.max(most, inside);
        mixed ||= weight === 1 && inside > callers;
        await Promise.resolve();
        await Promise.resolve();
        inside -= weight;
      };
      const visit = async (caller: number): Promise<void> => {
        const isRival = caller % 50 === 0 && rivals > 0;
        const lock = isRival && scene.rival ? scene.rival : caller % 2 === 0 ? scene.lock : scene.other;
        const weight = isRival ? callers + 1 : 1;
        if (caller % 3 === 0) {
          const hold = await lock.acquire();
          await enter(caller, weight);
          await hold.release();
        } else {
          await lock.sandbox(() => enter(caller, weight));
        }
        finished++;
      };
      await Promise.all(visits.map((_, caller) => visit(caller)));
      equal(finished, callers, 'callers that came out again');
      check(
        visits.every((count) => count === 1),
        'every caller must be admitted once',
      );
      check(!mixed, 'no holder may be inside together with a rival');
      if (rivals === 0) check(most <= scene.capacity, `${most} holders were inside, but ${scene.capacity} fit`);
    },
  },
  {
    name: 'keeps steps together that are separated by awaits',
    when: isExclusive,
    async run(scene) {
      let count = 0;
      const increment = async (): Promise<void> => {
        const before = count;
        await Promise.resolve();
        count = before + 1;
      };
      await Promise.all(Array.from({ length: 50 }, () => scene.lock.sandbox(increment)));
      equal(count, 50, 'increments');
    },
  },
];
