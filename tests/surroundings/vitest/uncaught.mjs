// A run that must fail: with fake timers, too, the error of a callback is reported.
import { Mutex } from 'valvekit';
import { test, vi } from 'vitest';

test('a callback throws', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'queueMicrotask'] });
  const mutex = new Mutex();
  mutex.tryLock();
  mutex.lock(() => {
    throw new Error('mine');
  });
  mutex.unlock();
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 20));
});
