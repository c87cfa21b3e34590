import { KeyedLocks } from 'valvekit';
import { expect, it } from 'vitest';
import { runInAnyScope, said } from '../src/any-scope.ts';
import { rest } from '../src/rest.ts';

it('runs in one thread', async () => {
  const locks = new KeyedLocks();
  expect(await runInAnyScope(locks, rest)).toEqual(said);
  expect(locks.size).toBe(0);
});
