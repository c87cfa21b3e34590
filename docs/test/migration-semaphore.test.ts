// Checks the differences listed in docs/migration/semaphore.md, on both libraries.
import { createRequire } from 'node:module';
import { createSemaphore } from 'valvekit';
import { expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const semaphore = require('semaphore');

/** Lets the callbacks run that `semaphore` has postponed. */
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

it('does not let a small request overtake a bigger one', () => {
  const small = vi.fn<() => void>();
  const before = semaphore(2);
  before.take(() => {});
  before.take(2, () => {});
  before.take(small);
  expect(small).toHaveBeenCalledOnce();

  const after = createSemaphore(2);
  after.take(() => {});
  after.take(() => {}, { permits: 2 });
  after.take(small);
  expect(small).toHaveBeenCalledOnce();
});

it('admits as many requests as there are permits', async () => {
  const small = vi.fn<() => void>();
  const before = semaphore(2);
  before.take(2, () => {});
  before.take(small);
  before.take(small);
  before.leave(2);
  await nextTick();
  expect(small).toHaveBeenCalledTimes(1);

  const after = createSemaphore(2);
  after.take(() => {}, { permits: 2 });
  after.take(small);
  after.take(small);
  after.release(2);
  expect(small).toHaveBeenCalledTimes(1 + 2);
});

it('rejects a request for more than the capacity', () => {
  const before = semaphore(2);
  before.take(3, () => {});
  expect(before.queue).toHaveLength(1);
  expect(() => createSemaphore(2).take(() => {}, { permits: 3 })).toThrow(RangeError);
});

it('does not count an extra release', () => {
  const taken = vi.fn<() => void>();
  const before = semaphore(1);
  expect(() => before.leave()).toThrow('leave called too many times.');
  before.take(taken);
  before.take(taken);
  expect(taken).toHaveBeenCalledTimes(2);

  const after = createSemaphore(1);
  expect(() => after.release()).toThrow('but only 0 were taken');
  after.take(taken);
  after.take(taken);
  expect(taken).toHaveBeenCalledTimes(2 + 1);
});

it('runs a waiting callback inside release', async () => {
  const waiting = vi.fn<() => void>();
  const before = semaphore(1);
  before.take(() => {});
  before.take(waiting);
  before.leave();
  expect(waiting).not.toHaveBeenCalled();
  await nextTick();
  expect(waiting).toHaveBeenCalledOnce();

  const after = createSemaphore(1);
  after.take(() => {});
  after.take(waiting);
  after.release();
  expect(waiting).toHaveBeenCalledTimes(2);
});

it('creates a semaphore of 0', () => {
  expect([semaphore(0).capacity, createSemaphore(0).capacity]).toEqual([1, 0]);
});

it('admits waiters when the capacity is raised', async () => {
  const waiting = vi.fn<() => void>();
  const before = semaphore(1);
  before.take(() => {});
  before.take(waiting);
  before.capacity = 2;
  await nextTick();
  expect(waiting).not.toHaveBeenCalled();

  const after = createSemaphore(1);
  after.take(() => {});
  after.take(waiting);
  after.capacity = 2;
  expect(waiting).toHaveBeenCalledOnce();
});

it('needs its methods to be called on the object', () => {
  const { leave } = semaphore(1);
  expect(() => leave()).toThrow('leave called too many times.');
  const { release } = createSemaphore(1);
  expect(() => release()).toThrow(TypeError);
});

it('treats the number after a callback as a timeout, and calls back without leave', () => {
  const sem = createSemaphore(2);
  const callback = vi.fn<() => void>();
  sem.take(callback, 2);
  expect([sem.available, callback.mock.calls]).toEqual([1, [[]]]);
});
