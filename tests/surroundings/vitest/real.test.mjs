import { Mutex, TimeoutError } from 'valvekit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

describe('fake timers', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'queueMicrotask', 'Date'] }),
  );
  afterEach(() => void vi.useRealTimers());

  test('a timeout runs on the fake clock', async () => {
    const mutex = new Mutex({ name: 'token' });
    await mutex.lock();
    const refused = expect(mutex.lock({ timeout: 5000 })).rejects.toThrow(
      'Mutex "token": lock() timed out after 5000 ms',
    );
    vi.advanceTimersByTime(5000);
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a grant needs no clock', async () => {
    const mutex = new Mutex();
    await mutex.lock();
    const granted = mutex.sandbox(async () => 'a');
    mutex.unlock();
    expect(await granted).toBe('a');
  });
});

test('spyOn() of a method and of a getter', async () => {
  const mutex = new Mutex();
  const spy = vi.spyOn(mutex, 'sandbox').mockRejectedValueOnce(new TimeoutError('busy'));
  await expect(mutex.sandbox(() => 1)).rejects.toThrow(TimeoutError);
  expect(await mutex.sandbox(() => 1)).toBe(1);
  spy.mockRestore();
  vi.spyOn(Mutex.prototype, 'isLocked', 'get').mockReturnValue(true);
  expect(mutex.isLocked).toBe(true);
  vi.restoreAllMocks();
  expect(mutex.isLocked).toBe(false);
});
