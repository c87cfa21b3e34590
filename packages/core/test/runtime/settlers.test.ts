import { collect } from '@valvekit-internal/laws/collect';
import { expect, it } from 'vitest';
import { type Settlers, settledBy } from '../../src/runtime/settlers.ts';

/** A promise, and what settles it. */
function make(): Settlers & { promise: Promise<unknown> } {
  const settlers = {} as Settlers;
  return Object.assign(settlers, { promise: settledBy(settlers) as Promise<unknown> });
}

it('gives each promise functions of its own', async () => {
  const [first, second, third] = [make(), make(), make()];
  second.reject('no');
  first.resolve(1);
  third.resolve(first.promise);
  expect(await Promise.allSettled([first.promise, second.promise, third.promise])).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: 'no' },
    { status: 'fulfilled', value: 1 },
  ]);
});

it('keeps none of them alive', async () => {
  const promise = new WeakRef(make().promise);
  await collect([promise]);
  expect(promise.deref()).toBe(undefined);
});
