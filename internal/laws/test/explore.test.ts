import * as library from 'valvekit';
import { describe, expect, test } from 'vitest';
import { explain } from '../src/explore/explain.ts';
import { injectFaults } from '../src/explore/faults.ts';
import { programs } from '../src/explore/programs/all.ts';
import { faultPrograms } from '../src/explore/programs/faults.ts';
import { search } from '../src/explore/search.ts';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

describe('in every order of its actions, a program does what the model does', () => {
  test.each(Object.values(programs).flat())(
    '$primitive: $name',
    (program) => {
      const { difference } = search(program, library);
      expect.assert(difference === undefined, difference && explain(program, difference, library));
    },
    patience,
  );
});

describe('whatever goes wrong where a primitive calls out, it is like new afterwards', () => {
  test.each(faultPrograms)('$program.primitive: $program.name', async (faulty) => {
    const { damage } = await injectFaults(faulty, library);
    expect(damage).toEqual([]);
  });
});
