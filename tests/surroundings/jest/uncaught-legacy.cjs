// A test that must fail: with fake timers, too, the error of a callback fails the test.

const { Mutex } = require('valvekit');

test('a callback throws', async () => {
  jest.useFakeTimers({ legacyFakeTimers: true });
  const mutex = new Mutex();
  mutex.tryLock();
  mutex.lock(() => {
    throw new Error('mine');
  });
  mutex.unlock();
  mutex.unlock();
  for (let i = 0; i < 5; i++) await mutex.sandbox(async () => {});
  jest.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 50));
});
