import { collect } from '@valvekit-internal/laws/collect';
import { expect, it } from 'vitest';
import { withResolvers } from '../../src/runtime/with-resolvers.ts';

it('gives each promise functions of its own', async () => {
  const [first, second, third] = [withResolvers<number>(), withResolvers<number>(), withResolvers<number>()];
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
  const promise = new WeakRef(withResolvers<object>().promise);
  await collect([promise]);
  expect(promise.deref()).toBe(undefined);
});
