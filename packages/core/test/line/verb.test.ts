import { readWaitOptions, verb } from '@valvekit/core/line';
import { expect, it } from 'vitest';

const request = (): number => 1;

it('makes a verb of the scoped layer without a rank, unless it is told otherwise', () => {
  expect(verb('acquire', request)).toEqual({
    name: 'acquire',
    rank: 0,
    isBare: false,
    terms: readWaitOptions,
    request,
  });
  expect(verb('lock', request, true)).toMatchObject({ name: 'lock', rank: 0, isBare: true });
  expect(verb('first', request, false, 2)).toMatchObject({ name: 'first', rank: 2, isBare: false });
});
