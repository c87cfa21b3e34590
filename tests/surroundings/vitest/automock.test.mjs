import { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore } from 'valvekit';

const classes = { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore };

import { expect, test, vi } from 'vitest';

vi.mock('valvekit');

const methods = {
  Mutex: ['lock', 'tryLock', 'unlock', 'acquire', 'tryAcquire', 'sandbox', 'cancel'],
  ReadWriteLock: ['readLock', 'writeLock', 'tryReadLock', 'tryWriteLock', 'unlock', 'cancel'],
  Semaphore: ['take', 'tryTake', 'release', 'acquire', 'tryAcquire', 'sandbox', 'cancel', 'wrap'],
  Barrier: ['wait', 'set', 'cancel'],
  ASemaphore: ['v', 'p', 'wait', 'wrap', 'track', 'cancel'],
  KeyedLocks: ['mutex', 'semaphore', 'readWriteLock', 'cancel'],
};

test.each(Object.entries(methods))('automock of %s: all methods are mocks', (name, names) => {
  const lock = new classes[name]();
  for (const each of names) expect(vi.isMockFunction(lock[each]), each).toBe(true);
});

test('automock: a mock can be told what to return', async () => {
  const mutex = new Mutex();
  mutex.sandbox.mockImplementation(async (fn) => fn());
  expect(await mutex.sandbox(() => 7)).toBe(7);
});

test('automock: properties are undefined, and can be defined', async () => {
  expect([new Mutex().isLocked, new ReadWriteLock().read]).toEqual([undefined, undefined]);
  const rw = new ReadWriteLock();
  Object.defineProperty(rw, 'read', { value: { sandbox: async (fn) => fn() } });
  expect(await rw.read.sandbox(() => 7)).toBe(7);
});
