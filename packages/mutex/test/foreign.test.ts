// Foreign clocks, signals and promises cannot break a lock.
import { AbortError, Mutex } from '@valvekit/mutex';
import { changingThen } from '@valvekit-internal/laws/thenable';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
});

const reactions = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

it('a sandbox releases the lock under a clock that fakes queueMicrotask()', async () => {
  vi.stubGlobal('queueMicrotask', () => {});
  const mutex = new Mutex();
  const ends = [1, 2].map((value) => mutex.sandbox(async () => value));
  await reactions();
  expect([mutex.isLocked, await Promise.all(ends)]).toEqual([false, [1, 2]]);
});

it('a sandbox returns a native promise, whatever its function returns, on a free lock and on a held one', async () => {
  class Mine<T> extends Promise<T> {}
  const mutex = new Mutex();
  const ends = [mutex.sandbox(() => Mine.resolve('free')), mutex.sandbox(() => Mine.resolve('queued'))];
  expect(ends.map((end) => end.constructor === Promise)).toEqual([true, true]);
  expect(await Promise.all(ends)).toEqual(['free', 'queued']);
});

it.each(['free', 'queued'])(
  'a sandbox releases a %s lock once, whatever becomes of the `then` of its promise',
  async (state) => {
    const mutex = new Mutex();
    if (state === 'queued') mutex.lock(() => void Promise.resolve().then(() => mutex.unlock()));
    const end = mutex.sandbox(() => changingThen('value'));
    const held = [mutex.acquire(), mutex.acquire()];
    expect(await end).toBe('value');
    await reactions();
    expect([(await held[0])?.released, mutex.waiting]).toEqual([false, 1]);
  },
);

it('a waiter leaves its signal even if its timer cannot be cleared', () => {
  const reported: unknown[] = [];
  const mutex = new Mutex();
  const controller = new AbortController();
  const remove = vi.spyOn(controller.signal, 'removeEventListener');
  mutex.tryLock();
  mutex.lock(() => {}, { timeout: 60_000, signal: controller.signal });
  const { clearTimeout } = globalThis;
  let timer: Parameters<typeof clearTimeout>[0];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  vi.stubGlobal('clearTimeout', (given: typeof timer) => {
    timer = given;
    throw 'cannot clear';
  });
  mutex.unlock();
  clearTimeout(timer);
  expect([remove.mock.calls.length, reported]).toEqual([1, ['cannot clear']]);
});

it('an abort ends a wait even if listeners cannot be removed from its signal', async () => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  const signal = Object.assign(new EventTarget(), { aborted: false, reason: 'why' });
  signal.removeEventListener = () => {
    throw 'cannot remove';
  };
  const mutex = new Mutex();
  mutex.tryLock();
  const wait = mutex.lock({ signal: signal as unknown as AbortSignal });
  signal.aborted = true;
  signal.dispatchEvent(new Event('abort'));
  await expect(wait).rejects.toBe('why');
  expect([mutex.waiting, reported]).toEqual([0, ['cannot remove']]);
});

it('a signal that cancels while a waiter leaves it ends no wait twice', async () => {
  const mutex = new Mutex();
  mutex.tryLock();
  const signal = Object.assign(new EventTarget(), { aborted: false });
  signal.removeEventListener = () => mutex.cancel('inner');
  const waits = [mutex.lock({ signal: signal as unknown as AbortSignal }), mutex.lock(), mutex.lock()];
  mutex.cancel(new AbortError('outer'));
  const reasons = await Promise.all(waits.map((wait) => wait.catch((reason: unknown) => String(reason))));
  expect([reasons, mutex.waiting]).toEqual([['AbortError: outer', 'inner', 'inner'], 0]);
});
