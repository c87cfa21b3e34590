import { Mutex, Semaphore } from '@valvekit/lite';
import { changingThen } from '@valvekit-internal/laws/thenable';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => void vi.unstubAllGlobals());

const reactions = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('a sandbox of lite', () => {
  it.each(['return', 'throw'])(
    'that found the lock free is heard of before the one that its %s lets in',
    async (end) => {
      const mutex = new Mutex();
      const heard: string[] = [];
      const first = mutex.sandbox(async () => {
        if (end === 'throw') throw new Error('out');
      });
      const second = mutex.sandbox(() => {});
      const note = (name: string) => () => void heard.push(name);
      await Promise.all([first.then(note('first'), note('first')), second.then(note('second'))]);
      expect(heard).toEqual(['first', 'second']);
    },
  );

  it('gives a promise of the runtime, whatever its function returns', async () => {
    class Mine<T> extends Promise<T> {}
    const mutex = new Mutex();
    const ends = [mutex.sandbox(() => Mine.resolve('free')), mutex.sandbox(() => Mine.resolve('queued'))];
    expect(ends.map((end) => end.constructor === Promise)).toEqual([true, true]);
    expect(await Promise.all(ends)).toEqual(['free', 'queued']);
  });

  it.each(['free', 'queued'])('gives a %s lock back once, whatever becomes of its promise’s `then`', async (state) => {
    const mutex = new Mutex();
    if (state === 'queued') void mutex.sandbox(async () => {});
    const end = mutex.sandbox(() => changingThen('value'));
    const held = [mutex.acquire(), mutex.acquire()];
    expect(await end).toBe('value');
    await reactions();
    expect([(await held[0])?.released, mutex.waiting]).toEqual([false, 1]);
  });

  it('gives the lock back under a clock that holds back microtasks', async () => {
    vi.stubGlobal('queueMicrotask', () => {});
    const mutex = new Mutex();
    const ends = [1, 2].map((value) => mutex.sandbox(async () => value));
    await reactions();
    expect([mutex.isLocked, await Promise.all(ends)]).toEqual([false, [1, 2]]);
  });

  it('does not start for bad options, and takes nothing', async () => {
    const semaphore = new Semaphore(2);
    const fn = vi.fn();
    await expect(semaphore.sandbox(fn, { timeout: Number.NaN })).rejects.toThrow(
      new TypeError('timeout must be a number of milliseconds, but is NaN'),
    );
    expect([fn.mock.calls.length, semaphore.available]).toEqual([0, 2]);
  });

  it('runs in the zone of its caller, where promises carry zones', async () => {
    // What zone.js does to promises. It cannot reach into `await`.
    let zone = 'root';
    const inZone = <A extends unknown[], R>(name: string, fn: (...args: A) => R, ...args: A): R => {
      const before = zone;
      zone = name;
      try {
        return fn(...args);
      } finally {
        zone = before;
      }
    };
    type On<Value> = ((value: Value) => unknown) | null;
    class ZonePromise<T> extends Promise<T> {
      // biome-ignore lint/suspicious/noThenProperty: that is what it is for
      override then(onValue?: On<T>, onError?: On<unknown>): never /* oxlint-disable-line unicorn/no-thenable */ {
        const current = zone;
        const bind = <Value>(on: On<Value> | undefined) => on && ((value: Value) => inZone(current, on, value));
        return super.then(bind(onValue), bind(onError)) as never;
      }
    }
    vi.stubGlobal('Promise', ZonePromise);
    const mutex = new Mutex();
    const seen: string[] = [];
    const guard = mutex.tryAcquire();
    const ends = ['a', 'b'].map((name) => inZone(name, () => mutex.sandbox(() => seen.push(zone))));
    inZone('holder', () => guard?.release());
    vi.unstubAllGlobals();
    await Promise.all(ends);
    expect(seen).toEqual(['a', 'b']);
  });
});
