import * as library from 'valvekit';
import { describe, expect, test } from 'vitest';
import { explainPromises } from '../src/explore/explain.ts';
import { promisePrograms } from '../src/explore/programs/promises.ts';
import { searchPromises } from '../src/explore/search.ts';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

describe('in every order, with any number of microtasks between two actions, promises do what the model does', () => {
  test.each(promisePrograms)(
    '$primitive: $name',
    async (program) => {
      const { difference } = await searchPromises(program, library);
      expect.assert(difference === undefined, difference && explainPromises(program, difference));
    },
    patience,
  );
});
