import { AbortError, type Guard, Semaphore, TimeoutError } from '@valvekit/lite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

function state({ available, capacity, waiting }: Semaphore): number[] {
  return [available, capacity, waiting];
}

describe('lite Semaphore: its arguments', () => {
  it.each([
    ['a capacity of -1', -1, RangeError, 'capacity must be an integer from 0 to Infinity, but is -1'],
    ['a fraction', 1.5, RangeError, 'capacity must be an integer from 0 to Infinity, but is 1.5'],
    ['NaN', Number.NaN, RangeError, 'capacity must be an integer from 0 to Infinity, but is NaN'],
    ['2 ** 53', 2 ** 53, RangeError, 'capacity must be an integer from 0 to Infinity, but is 9007199254740992'],
    ['a string', '3', TypeError, 'capacity must be an integer from 0 to Infinity, but is "3"'],
    ['a bigint', 3n, TypeError, 'capacity must be an integer from 0 to Infinity, but is 3n'],
    ['null', null, TypeError, 'capacity must be an integer from 0 to Infinity, but is null'],
    ['an object', {}, TypeError, 'capacity must be an integer from 0 to Infinity, but is [object Object]'],
    ['an array', [3], TypeError, 'capacity must be an integer from 0 to Infinity, but is [object Array]'],
  ])('%s is refused, in the constructor and when it is set', (_, capacity, error, message) => {
    expect(() => new Semaphore(capacity as number)).toThrow(message);
    expect(() => new Semaphore(capacity as number)).toThrow(error);
    const semaphore = new Semaphore(2);
    expect(() => Object.assign(semaphore, { capacity })).toThrow(error);
    expect(state(semaphore)).toEqual([2, 2, 0]);
  });

  it.each([undefined, 0, -0, 1, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    'a capacity of %s is fine',
    (capacity) => {
      const expected = (capacity ?? 1) + 0;
      expect(state(new Semaphore(capacity))).toEqual([expected, expected, 0]);
    },
  );

  const bad: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [0, RangeError, 'permits must be an integer from 1 to 3, but is 0'],
    [-1, RangeError, 'permits must be an integer from 1 to 3, but is -1'],
    [1.5, RangeError, 'permits must be an integer from 1 to 3, but is 1.5'],
    [4, RangeError, 'permits must be an integer from 1 to 3, but is 4'],
    [Number.NaN, RangeError, 'permits must be an integer from 1 to 3, but is NaN'],
    [Number.POSITIVE_INFINITY, RangeError, 'permits must be an integer from 1 to 3, but is Infinity'],
    ['2', TypeError, 'permits must be an integer from 1 to 3, but is "2"'],
    [null, TypeError, 'permits must be an integer from 1 to 3, but is null'],
    [() => 1, TypeError, 'permits must be an integer from 1 to 3, but is a function'],
    [Symbol('two'), TypeError, 'permits must be an integer from 1 to 3, but is Symbol(two)'],
  ];
  it.each(bad)('%s permits are refused: a try throws, the others reject', async (permits, error, message) => {
    const semaphore = new Semaphore(3);
    expect(() => semaphore.tryAcquire(permits as number)).toThrow(message);
    expect(() => semaphore.tryAcquire(permits as number)).toThrow(error);
    for (const wait of [
      semaphore.acquire({ permits } as object),
      semaphore.sandbox(() => expect.unreachable(), { permits } as object),
    ]) {
      await expect(wait).rejects.toThrow(message);
      await expect(wait).rejects.toBeInstanceOf(error);
    }
    expect(state(semaphore)).toEqual([3, 3, 0]);
  });

  it('infinitely many permits at once are refused, even where there are as many', () => {
    const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
    expect(() => semaphore.tryAcquire(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it('a priority other than 0 is refused with a TypeError', async () => {
    const semaphore = new Semaphore();
    await expect(semaphore.acquire({ priority: 1 } as object)).rejects.toThrow(
      new TypeError('priority must be 0, but is 1'),
    );
  });

  it('what reading `permits` throws rejects, and is never thrown', async () => {
    const error = new Error('getter');
    const options = {
      get permits(): number {
        throw error;
      },
    };
    const semaphore = new Semaphore();
    await expect(semaphore.acquire(options)).rejects.toBe(error);
    await expect(semaphore.sandbox(() => {}, options)).rejects.toBe(error);
    expect(state(semaphore)).toEqual([1, 1, 0]);
  });

  it('of a TimeoutError is what it says', async () => {
    const semaphore = new Semaphore(0);
    await expect(semaphore.acquire({ timeout: -5 })).rejects.toThrow(
      new TimeoutError('Semaphore: acquire() timed out after -5 ms'),
    );
  });
});

describe('lite Semaphore: permits', () => {
  it('are taken together, in turn, and given back together', async () => {
    const semaphore = new Semaphore(3);
    const two = semaphore.tryAcquire(2);
    const heavy = semaphore.acquire({ permits: 3 });
    const light = semaphore.acquire();
    expect(semaphore.tryAcquire()).toBe(undefined);
    expect(state(semaphore)).toEqual([1, 3, 2]);
    two?.release();
    expect(state(semaphore)).toEqual([0, 3, 1]);
    (await heavy).release();
    expect(state(semaphore)).toEqual([2, 3, 0]);
    (await light).release();
    expect(state(semaphore)).toEqual([3, 3, 0]);
  });

  it('are all granted that one release makes room for', async () => {
    const semaphore = new Semaphore(3);
    const all = semaphore.tryAcquire(3);
    const waits = [1, 1, 2].map((permits) => semaphore.acquire({ permits }));
    all?.release();
    expect(state(semaphore)).toEqual([1, 3, 1]);
    (await waits[0])?.release();
    expect(state(semaphore)).toEqual([0, 3, 0]);
    await Promise.all(waits);
  });

  it('are heard of in the order of the grants, by those who have waited and those who have not', async () => {
    const semaphore = new Semaphore(3);
    const heard: string[] = [];
    const all = semaphore.tryAcquire(3);
    const waited = semaphore.acquire().then(() => heard.push('waited'));
    all?.release();
    const free = semaphore.acquire().then(() => heard.push('free'));
    await Promise.all([waited, free]);
    expect(heard).toEqual(['waited', 'free']);
  });

  it('are never short where there is no limit', async () => {
    const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
    const guards = [1, 1000, 2 ** 50].map((permits) => semaphore.tryAcquire(permits));
    expect(guards.every((guard) => guard !== undefined)).toBe(true);
    expect(state(semaphore)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    for (const guard of guards) guard?.release();
    semaphore.capacity = 2;
    expect(state(semaphore)).toEqual([2, 2, 0]);
  });

  it('are one for each call of sandbox(), or as many as it asks for', async () => {
    const semaphore = new Semaphore(5);
    const seen = await Promise.all([
      semaphore.sandbox(() => semaphore.available),
      semaphore.sandbox(() => semaphore.available, { permits: 4 }),
    ]);
    expect(seen).toEqual([4, 1]);
    expect(semaphore.available).toBe(5);
  });
});

describe('lite Semaphore: a heavy head that gives up', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(['abort', 'timeout'])('by %s lets those behind it in, in the same turn', async (exit) => {
    const semaphore = new Semaphore(2);
    const guard = semaphore.tryAcquire() as Guard;
    const controller = new AbortController();
    const heavy = semaphore.acquire({ permits: 2, signal: controller.signal, timeout: 100 });
    const light = semaphore.acquire();
    const behind = semaphore.acquire();
    if (exit === 'abort') controller.abort();
    else vi.advanceTimersByTime(100);
    expect(state(semaphore)).toEqual([0, 2, 1]);
    await expect(heavy).rejects.toHaveProperty('name', exit === 'abort' ? 'AbortError' : 'TimeoutError');
    expect((await light).released).toBe(false);
    guard.release();
    expect(state(semaphore)).toEqual([0, 2, 0]);
    await behind;
  });
});

describe('lite Semaphore: its capacity', () => {
  it('lets waiters in at once when it is raised', async () => {
    const semaphore = new Semaphore(1);
    semaphore.tryAcquire();
    const waits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()];
    semaphore.capacity = 3;
    expect(state(semaphore)).toEqual([0, 3, 1]);
    await Promise.all(waits.slice(0, 2));
  });

  it('takes effect as permits come back when it is lowered', async () => {
    const semaphore = new Semaphore(4);
    const guards = [1, 2, 3].map(() => semaphore.tryAcquire() as Guard);
    semaphore.capacity = 1;
    expect(state(semaphore)).toEqual([-2, 1, 0]);
    const wait = semaphore.acquire();
    guards[0]?.release();
    guards[1]?.release();
    expect(state(semaphore)).toEqual([0, 1, 1]);
    guards[2]?.release();
    expect(state(semaphore)).toEqual([0, 1, 0]);
    await wait;
  });

  it('rejects the waiters that it makes impossible, and lets those behind them in', async () => {
    const semaphore = new Semaphore(3);
    const guard = semaphore.tryAcquire() as Guard;
    const waits = [3, 1, 2, 3].map((permits) => semaphore.acquire({ permits }).catch((error: unknown) => error));
    semaphore.capacity = 2;
    expect(state(semaphore)).toEqual([0, 2, 1]);
    guard.release();
    (await (waits[1] as Promise<Guard>)).release();
    const message = 'permits must be an integer from 1 to 2, but is 3';
    expect(await Promise.all(waits)).toEqual([
      new RangeError(message),
      expect.objectContaining({ released: true }),
      expect.objectContaining({ released: false }),
      new RangeError(message),
    ]);
  });

  it('of 0 is a pause: all wait, no request is too large, and every try fails', async () => {
    const semaphore = new Semaphore(0);
    const waits = [1, 5].map((permits) => semaphore.acquire({ permits }));
    expect(semaphore.tryAcquire()).toBe(undefined);
    expect(semaphore.tryAcquire(7)).toBe(undefined);
    expect(state(semaphore)).toEqual([0, 0, 2]);
    semaphore.capacity = 5;
    expect(state(semaphore)).toEqual([4, 5, 1]);
    semaphore.capacity = 0;
    expect(state(semaphore)).toEqual([-1, 0, 1]);
    semaphore.capacity = 6;
    expect(state(semaphore)).toEqual([0, 6, 0]);
    await Promise.all(waits);
  });

  it('tells an aborted waiter of its abort, even if that is what is impossible now', async () => {
    const semaphore = new Semaphore(2);
    semaphore.tryAcquire();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      semaphore.capacity = 1;
    });
    const wait = semaphore.acquire({ permits: 2, signal: controller.signal });
    controller.abort('aborted');
    await expect(wait).rejects.toBe('aborted');
  });

  it('is not set behind the back of a subclass', () => {
    class Watched extends Semaphore {
      readonly sets: number[] = [];
      override set capacity(capacity: number) {
        this.sets.push(capacity);
        super.capacity = capacity;
      }
      override get capacity(): number {
        return super.capacity;
      }
    }
    const watched = new Watched(3);
    watched.capacity = 2;
    expect([watched.sets, watched.capacity]).toEqual([[2], 2]);
  });

  it('is no way to forge the rest of the state', () => {
    const semaphore = new Semaphore(2);
    for (const state of [{ available: 5 }, { waiting: 5 }]) {
      expect(() => Object.assign(semaphore, state)).toThrow(TypeError);
    }
    const tag = (value: unknown) => Object.prototype.toString.call(value);
    expect([tag(semaphore), tag(Semaphore.prototype)]).toEqual(['[object Semaphore]', '[object Object]']);
  });
});

it('lite Semaphore: cancel() ends every wait in order, and grants none of them', async () => {
  const semaphore = new Semaphore(2);
  const guard = semaphore.tryAcquire() as Guard;
  const heard: number[] = [];
  const waits = [2, 1, 1].map((permits, place) =>
    semaphore.acquire({ permits }).catch((error: unknown) => {
      heard.push(place);
      return error;
    }),
  );
  semaphore.cancel();
  expect(state(semaphore)).toEqual([1, 2, 0]);
  const error = new AbortError('Semaphore: cancel() ended the wait');
  expect(await Promise.all(waits)).toEqual([error, error, error]);
  expect(heard).toEqual([0, 1, 2]);
  guard.release();
  expect(semaphore.available).toBe(2);
});
