import { AbortError, Mutex, TimeoutError } from '@valvekit/lite';
import { describe, expect, it, vi } from 'vitest';

const reactions = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('lite Mutex', () => {
  it('is made by new', () => {
    expect(new Mutex()).toBeInstanceOf(Mutex);
    expect(() => (Mutex as unknown as () => Mutex)()).toThrow(TypeError);
    const tag = (value: unknown) => Object.prototype.toString.call(value);
    expect([tag(new Mutex()), tag(Mutex.prototype)]).toEqual(['[object Mutex]', '[object Object]']);
    expect(JSON.stringify(new Mutex())).toBe('{}');
  });

  it('names itself, the method and the time in a TimeoutError', async () => {
    const mutex = new Mutex();
    mutex.tryAcquire();
    const late = (verb: string) => new TimeoutError(`Mutex: ${verb}() timed out after 0 ms`);
    await expect(mutex.acquire({ timeout: 0 })).rejects.toThrow(late('acquire'));
    await expect(mutex.sandbox(() => {}, { timeout: 0 })).rejects.toThrow(late('sandbox'));
  });

  it('names itself in what cancel() ends a wait with', async () => {
    const mutex = new Mutex();
    mutex.tryAcquire();
    const wait = mutex.acquire();
    mutex.cancel();
    await expect(wait).rejects.toThrow(new AbortError('Mutex: cancel() ended the wait'));
  });

  it.each([1, -1, Number.NaN, Number.POSITIVE_INFINITY, null, '0', 0n, false])(
    'refuses a priority of %s with a TypeError, and takes nothing',
    async (priority) => {
      const mutex = new Mutex();
      for (const wait of [
        mutex.acquire({ priority } as object),
        mutex.sandbox(() => expect.unreachable(), { priority } as object),
      ]) {
        await expect(wait).rejects.toThrow(/^priority must be 0, but is /);
        await expect(wait).rejects.toBeInstanceOf(TypeError);
      }
      expect([mutex.isLocked, mutex.waiting]).toEqual([false, 0]);
    },
  );

  it('says what the other arguments must be, and what they are', async () => {
    const mutex = new Mutex();
    const refused = (options: unknown) => expect(mutex.acquire(options as object)).rejects;
    await refused(null).toThrow(new TypeError('options must be an object, but is null'));
    await refused({ timeout: '5' }).toThrow(new TypeError('timeout must be a number of milliseconds, but is "5"'));
    await refused({ signal: 'abort' }).toThrow(new TypeError('signal must be an AbortSignal, but is "abort"'));
    await expect(mutex.sandbox(5 as never)).rejects.toThrow(new TypeError('fn must be a function, but is 5'));
  });

  it.each([0, -0, undefined])('takes a priority of %s for none', async (priority) => {
    const mutex = new Mutex();
    (await mutex.acquire({ priority } as object)).release();
    expect(mutex.isLocked).toBe(false);
  });

  it('gives native promises', () => {
    const mutex = new Mutex();
    const waits = [mutex.acquire(), mutex.acquire(), mutex.sandbox(() => {}), mutex.acquire({ timeout: Number.NaN })];
    for (const promise of waits) {
      expect(promise.constructor).toBe(Promise);
      promise.catch(() => {});
    }
    mutex.cancel();
  });

  it('refuses to work on anything else', () => {
    const mutex = new Mutex();
    const { acquire, tryAcquire, sandbox, cancel } = mutex;
    for (const other of [{}, undefined, Object.create(mutex)]) {
      for (const verb of [acquire, tryAcquire, cancel]) expect(() => verb.call(other)).toThrow(TypeError);
      expect(() => sandbox.call(other, () => {})).toThrow(TypeError);
    }
    expect(mutex.isLocked).toBe(false);
  });

  it('does not call the methods of a subclass on its own', async () => {
    const calls: string[] = [];
    class Loud extends Mutex {
      override acquire(): never {
        calls.push('acquire');
        throw new Error();
      }
      override tryAcquire(): never {
        calls.push('tryAcquire');
        throw new Error();
      }
      override cancel(reason?: unknown): void {
        calls.push('cancel');
        super.cancel(reason);
      }
    }
    const loud = new Loud();
    await Promise.all([loud.sandbox(async () => {}), loud.sandbox(() => {})]);
    expect(calls).toEqual([]);
    expect(Object.prototype.toString.call(loud)).toBe('[object Mutex]');
  });

  it('runs a waiting sandbox soon after the release, not inside it', async () => {
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    const fn = vi.fn(() => mutex.isLocked);
    const end = mutex.sandbox(fn);
    guard?.release();
    expect(fn).not.toHaveBeenCalled();
    expect(mutex.isLocked).toBe(true);
    await Promise.resolve();
    expect(fn).toHaveBeenCalledOnce();
    expect(await end).toBe(true);
    expect(mutex.isLocked).toBe(false);
  });

  it('serves 200,000 waiters without slowing down', async () => {
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    let served = 0;
    let last: Promise<void> = Promise.resolve();
    for (let i = 0; i < 200_000; i++) {
      last = mutex.acquire().then((next) => {
        served++;
        next.release();
      });
    }
    guard?.release();
    await last;
    expect([served, mutex.isLocked, mutex.waiting]).toEqual([200_000, false, 0]);
  });

  it('forgets places of waiters that have left, wherever they stood', async () => {
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    const served: number[] = [];
    const controllers = Array.from({ length: 30 }, () => new AbortController());
    const waits = controllers.map(({ signal }, place) =>
      mutex.acquire({ signal }).then(
        (next) => {
          served.push(place);
          next.release();
        },
        () => {},
      ),
    );
    for (const [place, controller] of controllers.entries()) if (place % 3 !== 1) controller.abort();
    expect(mutex.waiting).toBe(10);
    guard?.release();
    await Promise.all(waits);
    expect(served).toEqual(Array.from({ length: 10 }, (_, i) => 3 * i + 1));
    await reactions();
    expect([mutex.isLocked, mutex.waiting]).toEqual([false, 0]);
  });
});
