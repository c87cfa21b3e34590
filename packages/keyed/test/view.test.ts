import { inspect } from 'node:util';
import { entrance } from '@valvekit/core/line';
import { acquireAll, KeyedLocks, sandboxAll, tryAcquireAll } from '@valvekit/keyed';
import { foreignSignal } from '@valvekit-internal/laws/contract/foreign-signal';
import { rest } from '@valvekit-internal/laws/rest';
import { describe, expect, it, vi } from 'vitest';

describe('a view', () => {
  it('holds nothing and may be kept or made anew', async () => {
    const locks = new KeyedLocks();
    const kept = locks.mutex('a');
    expect(kept).not.toBe(locks.mutex('a'));
    for (let round = 0; round < 3; round++) {
      const guard = await kept.acquire();
      expect([locks.mutex('a').isLocked, locks.mutex('a').tryAcquire()]).toEqual([true, undefined]);
      guard.release();
      const other = await locks.mutex('a').acquire();
      expect([kept.isLocked, kept.tryAcquire(), locks.size]).toEqual([true, undefined, 1]);
      other.release();
      expect([kept.isLocked, locks.size]).toEqual([false, 0]);
    }
  });

  it('waits in one line with all views of its key', async () => {
    const locks = new KeyedLocks();
    const log: number[] = [];
    const held = await locks.mutex('a').acquire();
    const all = [1, 2, 3].map((number) => locks.mutex('a').sandbox(() => log.push(number)));
    expect(locks.mutex('a').waiting).toBe(3);
    held.release();
    await Promise.all(all);
    expect(log).toEqual([1, 2, 3]);
  });

  it('is shown with its key and state', async () => {
    const locks = new KeyedLocks({ name: 'accounts' });
    const mutex = locks.mutex('a');
    expect(inspect(mutex)).toBe('KeyedLocks "accounts" mutex "a" { isLocked: false, waiting: 0 }');
    const guard = await mutex.acquire();
    void mutex.acquire();
    expect(inspect(mutex)).toBe('KeyedLocks "accounts" mutex "a" { isLocked: true, waiting: 1 }');
    expect(inspect(locks.semaphore('b', 2))).toMatch(/^KeyedLocks "accounts" semaphore "b" /);
    expect(inspect(locks.readWriteLock('c').write)).toMatch(/^KeyedLocks "accounts" readWriteLock "c" /);
    guard.release();
  });

  it('is left alone by wrappers of plain objects', () => {
    const locks = new KeyedLocks();
    const { read } = locks.readWriteLock('a');
    for (const lock of [locks.mutex('a'), locks.semaphore('a', 2), read]) {
      expect(Object.prototype.toString.call(lock)).toBe('[object KeyedLock]');
    }
  });

  it('has its methods in its class, where mocks find them', () => {
    const prototype = Object.getPrototypeOf(new KeyedLocks().mutex('a')) as object;
    expect(Object.getOwnPropertyNames(prototype)).toEqual(
      expect.arrayContaining(['acquire', 'tryAcquire', 'sandbox', 'cancel', 'isLocked', 'waiting']),
    );
    expect(Object.getOwnPropertyNames(KeyedLocks.prototype)).toEqual(
      expect.arrayContaining(['mutex', 'semaphore', 'readWriteLock', 'cancel', 'size', 'waiting', 'name']),
    );
  });
});

describe('a key in messages', () => {
  const label = (key: unknown): string => inspect(new KeyedLocks<unknown>().mutex(key)).replace(/ \{.*$/, '');

  it.each([
    ['user-1', 'KeyedLocks mutex "user-1"'],
    ['', 'KeyedLocks mutex ""'],
    ['say "hi"\n', String.raw`KeyedLocks mutex "say \"hi\"\n"`],
    ['x'.repeat(64), `KeyedLocks mutex "${'x'.repeat(64)}"`],
    ['x'.repeat(65), `KeyedLocks mutex "${'x'.repeat(64)}…"`],
    [5, 'KeyedLocks mutex 5'],
    [Number.NaN, 'KeyedLocks mutex NaN'],
    [5n, 'KeyedLocks mutex 5'],
    [Symbol('secret'), 'KeyedLocks mutex (symbol)'],
    [{ secret: 5 }, 'KeyedLocks mutex (object)'],
    [() => 'secret', 'KeyedLocks mutex (function)'],
    [undefined, 'KeyedLocks mutex (undefined)'],
    [true, 'KeyedLocks mutex (boolean)'],
  ])('%o', (key, expected) => {
    expect(label(key)).toBe(expected);
  });

  it('is in timeouts of single and joint requests', async () => {
    const locks = new KeyedLocks({ name: 'accounts' });
    const held = await locks.mutex('a').acquire();
    await expect(locks.mutex('a').acquire({ timeout: 0 })).rejects.toThrow(
      'KeyedLocks "accounts" mutex "a": acquire() timed out after 0 ms',
    );
    await expect(acquireAll([locks.mutex('b'), locks.mutex('a')], { timeout: 0 })).rejects.toThrow(
      'KeyedLocks "accounts" mutex "b", KeyedLocks "accounts" mutex "a": acquireAll() timed out after 0 ms',
    );
    held.release();
    expect(locks.size).toBe(0);
  });
});

describe('user code in the middle of a request', () => {
  /** What user code may do with the same key. */
  const deeds: [string, (locks: KeyedLocks) => void][] = [
    ['takes and releases it', (locks) => locks.mutex('a').tryAcquire()?.release()],
    ['uses another key', (locks) => void locks.mutex('b').sandbox(() => {})],
    ['cancels', (locks) => locks.cancel()],
    [
      'asks for it and gives up',
      (locks) =>
        void locks
          .mutex('a')
          .acquire({ timeout: 0 })
          .then(
            (guard) => guard.release(),
            () => {},
          ),
    ],
    ['looks', (locks) => void [locks.size, locks.waiting, locks.mutex('a').isLocked]],
  ];

  it.each(deeds)('in a getter of its options: %s', async (_, deed) => {
    const locks = new KeyedLocks();
    const options = {
      get timeout() {
        deed(locks);
        return 1000;
      },
    };
    const guard = await locks.mutex('a').acquire(options);
    await rest();
    expect([locks.size, locks.mutex('a').isLocked, locks.mutex('a').tryAcquire()]).toEqual([1, true, undefined]);
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('in a getter of its options: keeps the lock', async () => {
    const locks = new KeyedLocks();
    let kept = locks.mutex('b').tryAcquire();
    const options = {
      get timeout() {
        kept = locks.mutex('a').tryAcquire();
        return 0;
      },
    };
    await expect(locks.mutex('a').acquire(options)).rejects.toThrow('timed out after 0 ms');
    kept?.release();
  });

  it.each(deeds.filter(([name]) => name !== 'cancels'))('in addEventListener: %s', async (_, deed) => {
    const locks = new KeyedLocks();
    const held = await locks.mutex('a').acquire();
    const { signal } = foreignSignal();
    const add = signal.addEventListener;
    signal.addEventListener = (type, listener) => {
      held.release();
      deed(locks);
      add(type, listener);
      return undefined;
    };
    const wait = locks.mutex('a').acquire({ signal: signal as unknown as AbortSignal });
    await rest();
    // Whoever held it has gone while the request joined: it is found when the line moves the next time.
    locks.mutex('a').tryAcquire()?.release();
    locks.cancel('over');
    const outcome = await wait.catch((error: unknown) => error);
    if (outcome !== 'over') (outcome as { release(): void }).release();
    await rest();
    expect(locks.size).toBe(0);
  });

  it('in setTimeout, which drops the key and takes it anew', async () => {
    const locks = new KeyedLocks();
    const held = await locks.mutex('a').acquire();
    const guards: unknown[] = [];
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce(() => {
      held.release();
      guards.push(locks.mutex('a').tryAcquire());
      return 0 as never;
    });
    const wait = locks.mutex('a').acquire({ timeout: 1e6 });
    spy.mockRestore();
    // There is one lock for the key, and the request waits for it.
    expect([locks.size, locks.waiting, guards.length]).toEqual([1, 1, 1]);
    for (const guard of guards) (guard as { release(): void }).release();
    (await wait).release();
    expect(locks.size).toBe(0);
  });

  it('in removeEventListener of a waiter that a new capacity rejects, which aborts the signal of the request', async () => {
    const locks = new KeyedLocks();
    const controller = new AbortController();
    const { signal } = foreignSignal();
    signal.removeEventListener = () => {
      controller.abort('over');
    };
    const impossible = locks.semaphore('a', 0).acquire({ permits: 5, signal: signal as unknown as AbortSignal });
    const fn = vi.fn();
    const joint = sandboxAll([locks.semaphore('a', 2), locks.mutex('b')], fn, { signal: controller.signal });
    await expect(joint).rejects.toBe('over');
    await expect(impossible).rejects.toThrow(RangeError);
    expect([fn.mock.calls.length, locks.size]).toEqual([0, 0]);
  });
});

describe('several at once', () => {
  it('find one lock for a key that two views name, idle or held', async () => {
    const locks = new KeyedLocks();
    const guard = await acquireAll([locks.mutex('a'), locks.mutex('b'), locks.mutex('a')]);
    expect(locks.size).toBe(2);
    const waiting = acquireAll([locks.mutex('a'), locks.mutex('a')]);
    expect([locks.mutex('a').waiting, locks.size]).toEqual([1, 2]);
    guard.release();
    expect(locks.size).toBe(1);
    (await waiting).release();
    expect(locks.size).toBe(0);
  });

  it('add up permits of a key over views, within the capacity of the last', async () => {
    const locks = new KeyedLocks();
    const guard = await acquireAll([
      locks.semaphore('a', 3),
      locks.mutex('a'),
      [locks.semaphore('a', 4), { permits: 3 }],
    ]);
    expect([locks.size, locks.semaphore('a', 4).tryAcquire()]).toEqual([2, undefined]);
    guard.release();
    expect(() => tryAcquireAll([locks.semaphore('a', 2), [locks.semaphore('a', 2), { permits: 2 }]])).toThrow(
      RangeError,
    );
    expect(locks.size).toBe(0);
  });

  it('refuse two sides of a key, and leave nothing', async () => {
    const locks = new KeyedLocks();
    const list = [locks.mutex('b'), locks.readWriteLock('a').read, locks.readWriteLock('a').write];
    expect(() => tryAcquireAll(list)).toThrow('locks must name only one side of KeyedLocks readWriteLock "a"');
    await expect(acquireAll(list)).rejects.toThrow(TypeError);
    await expect(sandboxAll(list, () => {})).rejects.toThrow(TypeError);
    expect(locks.size).toBe(0);
  });

  it('leave nothing when they are refused', async () => {
    const locks = new KeyedLocks();
    const held = await locks.mutex('c').acquire();
    const list = [locks.mutex('a'), locks.semaphore('b', 2), locks.mutex('c')];
    expect(tryAcquireAll(list)).toBe(undefined);
    await expect(acquireAll(list, { timeout: 0 })).rejects.toThrow('timed out');
    await expect(acquireAll(list, { signal: AbortSignal.abort('over') })).rejects.toBe('over');
    await expect(acquireAll(list, { timeout: Number.NaN })).rejects.toThrow(TypeError);
    await expect(sandboxAll(list, 5 as never)).rejects.toThrow(TypeError);
    expect([locks.size, locks.waiting]).toEqual([1, 0]);
    held.release();
    expect(locks.size).toBe(0);
  });

  it.each(['abort', 'cancel'])('that give up leave no key behind: %s', async (way) => {
    const locks = new KeyedLocks();
    const controller = new AbortController();
    const held = await locks.mutex('a').acquire();
    const wait = acquireAll([locks.mutex('a'), locks.mutex('b'), locks.semaphore('c', 1)], {
      signal: controller.signal,
    });
    expect([locks.size, locks.waiting]).toEqual([3, 3]);
    if (way === 'abort') controller.abort('over');
    else locks.mutex('b').cancel('over');
    expect([locks.size, locks.waiting]).toEqual([1, 0]);
    await expect(wait).rejects.toBe('over');
    held.release();
    expect(locks.size).toBe(0);
  });

  it('hold a key while they wait for others, so that it keeps their place', async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    const held = await locks.mutex('a').acquire();
    void sandboxAll([locks.mutex('a'), locks.mutex('b')], () => log.push('both'));
    void locks.mutex('b').sandbox(() => log.push('later'));
    held.release();
    await rest();
    expect([log, locks.size]).toEqual([['both', 'later'], 0]);
  });
});

describe('the entrance', () => {
  it('gives one line for all views of a key, for as long as somebody is in it', () => {
    const locks = new KeyedLocks();
    const [one, other] = [locks.mutex('a'), locks.mutex('a')].map((lock) => lock as unknown as Entered);
    const first = one?.[entrance]();
    const second = other?.[entrance]();
    expect([first?.line === second?.line, first?.permits, first?.request]).toEqual([true, undefined, 1]);
    first?.leave();
    expect((locks.mutex('a') as unknown as Entered)[entrance]().line).toBe(second?.line);
  });

  it('says how many permits it is for, and checks them', () => {
    const semaphore = new KeyedLocks().semaphore('a', 3) as unknown as Entered;
    expect(semaphore[entrance]({ permits: 2 })).toMatchObject({ request: 2, permits: 2 });
    expect(() => semaphore[entrance]({ permits: 4 })).toThrow(RangeError);
  });
});

interface Entered {
  [entrance](options?: { permits: number }): { line: unknown; request: number; permits?: number; leave(): void };
}
