import * as lite from '@valvekit/lite';
import { rest } from '@valvekit-internal/laws/rest';
import { acquireAll, type Lockable, Mutex, map, ReadWriteLock, Semaphore, sandboxAll, TimeoutError } from 'valvekit';
import { expect, test } from 'vitest';
import { reportsOf } from './reports-of.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => new Mutex({ name })) as [Mutex, Mutex, Mutex];
const nothing = () => {};

/** Enters the locks one inside the other, each a macrotask later. Its end is given up after some time. */
function nested(...locks: Lockable[]): Promise<unknown> {
  const [outer, ...inner] = locks;
  if (outer === undefined) return Promise.resolve();
  const enter = () => outer.sandbox(() => rest().then(() => nested(...inner)), { timeout: 50 });
  return enter().catch(expectTimeout);
}

function expectTimeout(error: unknown): void {
  expect(error).toBeInstanceOf(TimeoutError);
}

test('reports a mutex that is entered twice', async () => {
  using seen = reportsOf([a]);
  await nested(a, a);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 1 holds Mutex "a": sandbox()`,
  ]);
});

test('reports two mutexes that are entered in opposite order', async () => {
  using seen = reportsOf([a, b]);
  await Promise.all([nested(a, b), nested(b, a)]);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 2 holds Mutex "a": sandbox()
  task 2 waits for Mutex "b": sandbox()
  task 1 holds Mutex "b": sandbox()`,
  ]);
});

test('reports a cycle of three', async () => {
  using seen = reportsOf([Mutex]);
  await Promise.all([nested(a, b), nested(b, c), nested(c, a)]);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 2 holds Mutex "a": sandbox()
  task 2 waits for Mutex "b": sandbox()
  task 3 holds Mutex "b": sandbox()
  task 3 waits for Mutex "c": sandbox()
  task 1 holds Mutex "c": sandbox()`,
  ]);
});

test('reports a semaphore whose holders all wait for it', async () => {
  const pool = new Semaphore(2, { name: 'pool' });
  using seen = reportsOf([pool]);
  await Promise.all([nested(pool, pool), nested(pool, pool)]);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for Semaphore "pool": sandbox()
  task 2 holds Semaphore "pool": sandbox()
  task 1 holds Semaphore "pool": sandbox()
  task 2 waits for Semaphore "pool": sandbox()`,
  ]);
});

test('reports a read hold that asks to write', async () => {
  const lock = new ReadWriteLock({ name: 'prices' });
  using seen = reportsOf([lock]);
  await nested(lock.read, lock.write);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for ReadWriteLock "prices": write.sandbox()
  task 1 holds ReadWriteLock "prices": read.sandbox()`,
  ]);
});

test('reports a request for several locks that keeps the line of one of them closed', async () => {
  using seen = reportsOf([a, b]);
  const holder = nested(b, a);
  const both = acquireAll([a, b], { timeout: 50 }).then((guard) => guard.release(), expectTimeout);
  await Promise.all([holder, both]);
  expect(seen.texts).toEqual([
    `Deadlock: none of these waits can end, because each waits for the next.
  task 1 waits for Mutex "a": sandbox()
  waits for Mutex "a": acquireAll()
  waits for Mutex "b": acquireAll()
  task 1 holds Mutex "b": sandbox()`,
  ]);
});
