// Checks the differences listed in docs/migration/async-sema.md, on both libraries.
import { Sema } from 'async-sema';
import { InvalidStateError, Semaphore } from 'valvekit';
import { expect, it } from 'vitest';

it('does not turn an extra release into a permit', () => {
  const before = new Sema(1);
  before.release();
  expect([before.tryAcquire(), before.tryAcquire(), before.tryAcquire()]).toEqual(['1', '1', undefined]);

  const after = new Semaphore(1);
  expect(() => after.release()).toThrow(InvalidStateError);
  expect([after.tryTake(), after.tryTake()]).toEqual([true, false]);
});

it('has no tokens to forget', async () => {
  const before = new Sema(1, { initFn: () => ({}) });
  expect(await before.acquire()).toEqual({});
  const next = before.acquire();
  before.release();
  expect(await next).toBeUndefined();
});

it('blocks other requests while it waits for all permits, like drain', async () => {
  const before = new Sema(2);
  await before.acquire();
  const drained = before.drain();
  expect(before.tryAcquire()).toBeUndefined();
  before.release();
  await drained;

  const after = new Semaphore(2);
  await after.take();
  const all = after.take({ permits: after.capacity });
  expect(after.tryTake()).toBe(false);
  after.release();
  await all;
});

it('releases what acquire took only through its guard', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.acquire();
  expect(() => semaphore.release()).toThrow(InvalidStateError);
});

it('throws if the capacity is not a valid number', () => {
  expect(() => [new Sema(-1), new Sema('2' as never)]).not.toThrow();
  expect(() => new Semaphore(-1)).toThrow(RangeError);
  expect(() => new Semaphore('2' as never)).toThrow(TypeError);
});
