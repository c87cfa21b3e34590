jest.mock('valvekit');
jest.mock('@valvekit/keyed');
jest.mock('@valvekit/lite');
jest.mock('@valvekit/redis');
jest.mock('@valvekit/tabs');
const valvekit = require('valvekit');
const { KeyedLocks } = require('@valvekit/keyed');

const methods = {
  Mutex: ['lock', 'tryLock', 'unlock', 'acquire', 'tryAcquire', 'sandbox', 'cancel'],
  ReadWriteLock: ['readLock', 'writeLock', 'tryReadLock', 'tryWriteLock', 'unlock', 'cancel'],
  Semaphore: ['take', 'tryTake', 'release', 'acquire', 'tryAcquire', 'sandbox', 'cancel', 'wrap'],
  Barrier: ['wait', 'set', 'cancel'],
  ASemaphore: ['v', 'p', 'wait', 'wrap', 'track', 'cancel'],
  KeyedLocks: ['mutex', 'semaphore', 'readWriteLock', 'cancel'],
};

test.each(Object.entries(methods))('automock of %s: all methods are mocks', (name, names) => {
  const lock = new valvekit[name]();
  for (const each of names) expect(jest.isMockFunction(lock[each])).toBe(true);
  expect(valvekit[name]).toHaveBeenCalledTimes(1);
});

test('automock of the small classes', () => {
  const lite = require('@valvekit/lite');
  for (const name of ['Mutex', 'Semaphore']) {
    for (const each of ['acquire', 'tryAcquire', 'sandbox', 'cancel']) {
      expect(jest.isMockFunction(new lite[name]()[each])).toBe(true);
    }
  }
  expect(jest.isMockFunction(new lite.ReadWriteLock().cancel)).toBe(true);
});

test('automock of the locks across machines', () => {
  const { RedisLocks } = require('@valvekit/redis');
  const locks = new RedisLocks();
  for (const each of ['mutex', 'semaphore', 'readWriteLock', 'close']) {
    expect(jest.isMockFunction(locks[each])).toBe(true);
  }
});

test('automock of the locks across tabs', () => {
  const { TabLocks, lead } = require('@valvekit/tabs');
  const locks = new TabLocks();
  for (const each of ['mutex', 'semaphore', 'readWriteLock']) expect(jest.isMockFunction(locks[each])).toBe(true);
  expect(jest.isMockFunction(lead)).toBe(true);
});

test('automock of one package, and of a subclass', () => {
  class Mine extends KeyedLocks {}
  expect(jest.isMockFunction(new Mine().mutex)).toBe(true);
});

test('automock: a mock can be told what to return', async () => {
  const mutex = new valvekit.Mutex();
  mutex.sandbox.mockImplementation(async (fn) => fn());
  expect(await mutex.sandbox(() => 7)).toBe(7);
});

test('automock: properties are undefined, and can be defined', async () => {
  const { Mutex, ReadWriteLock } = valvekit;
  expect([new Mutex().isLocked, new ReadWriteLock().read]).toEqual([undefined, undefined]);
  const rw = new ReadWriteLock();
  Object.defineProperty(rw, 'read', { value: { sandbox: async (fn) => fn() } });
  expect(await rw.read.sandbox(() => 7)).toBe(7);
});

test('automock: factories and functions', () => {
  expect(jest.isMockFunction(valvekit.createMutex)).toBe(true);
  expect(jest.isMockFunction(valvekit.acquireAll)).toBe(true);
});
