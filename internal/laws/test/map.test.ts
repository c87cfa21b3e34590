import * as library from 'valvekit';
import { expect, test } from 'vitest';
import { mapPrograms } from '../src/explore/map/programs.ts';
import { explainMap, searchMap } from '../src/explore/map/search.ts';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

test.each(mapPrograms)(
  'in every order of its actions, a $primitive does what the model does: $name',
  async (program) => {
    const { difference } = await searchMap(program, library);
    expect.assert(difference === undefined, difference && (await explainMap(program, difference, library)));
  },
  patience,
);
