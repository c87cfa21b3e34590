import { microtasks } from '../rest.ts';
import type { Acquirable } from './acquirable.ts';
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
      const visits = Array.from({ length: 1000 }, () => 0);
      let inside = 0;
      let most = 0;
      const enter = async (caller: number): Promise<void> => {
        visits[caller] = (visits[caller] ?? 0) + 1;
        inside++;
        most = Math.max(most, inside);
        await microtasks(2);
        inside--;
      };
      await Promise.all(
        visits.map((_, caller) => visit(caller % 2 === 0 ? scene.lock : scene.other, caller, () => enter(caller))),
      );
      equal([...new Set(visits)], [1], 'how often a caller was admitted');
      check(most <= scene.capacity, `${most} holders were inside, but ${scene.capacity} fit`);
    },
  },
  {
    name: 'never has a rival inside together with a holder, over a hundred callers',
    when: has('rival'),
    async run(scene) {
      let inside = 0;
      let rivals = 0;
      let wereMixed = false;
      const look = (): void => {
        wereMixed ||= rivals > 1 || (rivals > 0 && inside > 0);
      };
      const enter = async (step: (by: 1 | -1) => void): Promise<void> => {
        step(1);
        look();
        await microtasks(2);
        look();
        step(-1);
      };
      const callers = Array.from({ length: 100 }, (_, caller) =>
        caller % 10 === 5
          ? visit(scene.rival ?? scene.lock, caller, () => enter((by) => (rivals += by)))
          : visit(scene.lock, caller, () => enter((by) => (inside += by))),
      );
      await Promise.all(callers);
      check(!wereMixed, 'a rival was inside together with others');
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

/** Enters under a hold: of every third caller by `acquire`, of the others by `sandbox`. */
async function visit(lock: Acquirable, caller: number, enter: () => Promise<void>): Promise<void> {
  if (caller % 3 !== 0) return lock.sandbox(enter);
  const hold = await lock.acquire();
  await enter();
  await hold.release();
}
