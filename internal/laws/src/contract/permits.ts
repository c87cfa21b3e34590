import type { PermitOptions } from './acquirable.ts';
import { has } from './applies.ts';
import type { BadOptions } from './bad-options.ts';
import { forms, outcomesOf } from './call.ts';
import { equal } from './check.ts';
import type { Law } from './law.ts';
import { refuses } from './refuses.ts';

const badPermits: readonly BadOptions[] = [
  ['no permits', { permits: 0 }, RangeError, /permits.*0/],
  ['-1 permits', { permits: -1 }, RangeError, /permits.*-1/],
  ['1.5 permits', { permits: 1.5 }, RangeError, /permits.*1\.5/],
  ['NaN permits', { permits: Number.NaN }, RangeError, /permits.*NaN/],
  ['permits of null', { permits: null }, TypeError, /permits.*null/],
  ['permits that are a string', { permits: '1' }, TypeError, /permits.*"1"/],
  ['permits that are a bigint', { permits: 1n }, TypeError, /permits.*1n/],
];

/** A request for several permits gets all of them together, in its turn. For locks of at least three permits. */
export const permitLaws: readonly Law[] = forms.flatMap((form): Law[] => [
  {
    name: `grants ${form}() all its permits together, and lets no smaller request overtake it`,
    when: has('permits'),
    async run(scene) {
      const all: PermitOptions = { permits: scene.capacity };
      const one = scene.ask(form);
      await scene.settle();
      const large = scene.ask(form, all);
      await scene.settle();
      const small = scene.ask(form);
      await scene.settle();
      equal(outcomesOf([one, large, small]), ['granted', 'waiting', 'waiting'], 'outcomes');
      await scene.release([one]);
      equal(outcomesOf([large, small]), ['granted', 'waiting'], 'outcomes after the first release');
      await scene.release([large]);
      equal(small.outcome, 'granted', 'outcome after the second release');
    },
  },
  {
    name: `admits several callers of ${form}() for one release if their permits fit`,
    when: has('permits'),
    async run(scene) {
      const large = scene.ask(form, { permits: scene.capacity });
      await scene.settle();
      const calls = Array.from({ length: scene.capacity + 1 }, () => scene.ask(form, { permits: 1 }));
      await scene.settle();
      await scene.release([large]);
      equal(
        outcomesOf(calls),
        calls.map((_, place) => (place < scene.capacity ? 'granted' : 'waiting')),
        'outcomes',
      );
    },
  },
  {
    name: `rejects bad permits of ${form}(), and more than there are, and takes nothing`,
    when: has('permits'),
    async run(scene) {
      const { capacity } = scene;
      const tooMany: BadOptions = [
        'too many permits',
        { permits: capacity + 1 },
        RangeError,
        new RegExp(`permits.*${capacity + 1}`),
      ];
      await refuses(scene, form, [...badPermits, tooMany]);
    },
  },
]);
