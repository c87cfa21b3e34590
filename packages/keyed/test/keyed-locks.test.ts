import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { map } from '@valvekit/core';
import {
  AbortError,
  acquireAll,
  type Guard,
  InvalidStateError,
  KeyedLocks,
  sandboxAll,
  TimeoutError,
  tryAcquireAll,
} from '@valvekit/keyed';
import { collect } from '@valvekit-internal/laws/collect';
import { rest } from '@valvekit-internal/laws/rest';
import { thenable } from '@valvekit-internal/laws/thenable';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
});

/** An abort controller whose listeners before ours run this. */
function abortingFirst(listener: () => void): AbortController {
  const controller = new AbortController();
  controller.signal.addEventListener('abort', listener);
  return controller;
}

describe('KeyedLocks', () => {
  it('excludes callers with the same key, and only those', async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    const visit = (key: string, name: string) =>
      locks.mutex(key).sandbox(async () => {
        log.push(`${name} in`);
        await rest();
        log.push(`${name} out`);
      });
    await Promise.all([visit('a', 'a1'), visit('a', 'a2'), visit('b', 'b1')]);
    expect(log).toEqual(['a1 in', 'b1 in', 'a1 out', 'a2 in', 'b1 out', 'a2 out']);
    expect(locks.size).toBe(0);
  });

  it('has a lock only while it is held or waited for', async () => {
    const locks = new KeyedLocks();
    const mutex = locks.mutex('a');
    const look = (): unknown[] => [locks.size, locks.waiting, mutex.isLocked, mutex.waiting];
    expect(look()).toEqual([0, 0, false, 0]);
    const first = await mutex.acquire();
    expect(look()).toEqual([1, 0, true, 0]);
    const second = mutex.acquire();
    const third = locks.mutex('a').acquire();
    expect(look()).toEqual([1, 2, true, 2]);
    first.release();
    expect(look()).toEqual([1, 1, true, 1]);
    (await second).release();
    expect(look()).toEqual([1, 0, true, 0]);
    (await third).release();
    expect(look()).toEqual([0, 0, false, 0]);
  });

  it('is not locked while it is only waited for', async () => {
    const locks = new KeyedLocks();
    const paused = locks.semaphore('a', 0);
    const wait = paused.acquire();
    expect([paused.isLocked, paused.waiting, locks.size]).toEqual([false, 1, 1]);
    locks.cancel('over');
    await expect(wait).rejects.toBe('over');
  });

  it('does not count a lock that is only asked for', async () => {
    const locks = new KeyedLocks();
    const sizes: number[] = [];
    const options = {
      get timeout(): number {
        sizes.push(locks.size, locks.waiting);
        return 0;
      },
    };
    const guard = await locks.mutex('a').acquire(options);
    await expect(locks.mutex('a').acquire(options)).rejects.toThrow('timed out');
    expect(sizes).toEqual([0, 0, 1, 0]);
    guard.release();
  });

  it('keeps three kinds of locks for a key', async () => {
    const locks = new KeyedLocks();
    const guards = await Promise.all([
      locks.mutex('a').acquire(),
      locks.semaphore('a', 1).acquire(),
      locks.readWriteLock('a').write.acquire(),
    ]);
    expect(locks.size).toBe(3);
    for (const guard of guards) guard.release();
    expect(locks.size).toBe(0);
  });

  it('keeps families apart', async () => {
    const [one, other] = [new KeyedLocks(), new KeyedLocks()];
    const guard = await one.mutex('a').acquire();
    expect(other.mutex('a').tryAcquire()?.release()).toBe(undefined);
    expect([one.size, other.size]).toEqual([1, 0]);
    guard.release();
  });

  it('has a name, or none', () => {
    expect(new KeyedLocks().name).toBe(undefined);
    expect(new KeyedLocks({}).name).toBe(undefined);
    expect(new KeyedLocks({ name: 'accounts' }).name).toBe('accounts');
    expect(new KeyedLocks({ name: '' }).name).toBe('');
    expect(() => new KeyedLocks({ name: 5 as never })).toThrow('name must be a string, but is 5');
    expect(() => new KeyedLocks('accounts' as never)).toThrow('options must be an object, but is "accounts"');
  });

  it('shows its state', async () => {
    const locks = new KeyedLocks({ name: 'accounts' });
    const guard = await locks.mutex('a').acquire();
    void locks.mutex('a').acquire();
    expect(inspect(locks)).toBe('KeyedLocks "accounts" { size: 1, waiting: 1 }');
    expect(inspect(new KeyedLocks())).toBe('KeyedLocks { size: 0, waiting: 0 }');
    expect(String(locks)).toBe('[object KeyedLocks]');
    guard.release();
  });

  it('can be extended', async () => {
    class Accounts extends KeyedLocks<number> {
      of(id: number) {
        return this.mutex(id);
      }
    }
    const accounts = new Accounts({ name: 'accounts' });
    expect(await accounts.of(1).sandbox(() => accounts.size)).toBe(1);
  });

  it('reads its name when a message needs it, so that a subclass may have one of its own', async () => {
    class Accounts extends KeyedLocks<number> {
      readonly #name = 'accounts';
      override get name(): string {
        return this.#name;
      }
    }
    const mutex = new Accounts().mutex(1);
    mutex.tryAcquire();
    const message = 'KeyedLocks "accounts" mutex 1: acquire() timed out after 0 ms';
    await expect(mutex.acquire({ timeout: 0 })).rejects.toThrow(message);
  });
});

describe('keys', () => {
  const object = {};
  const symbol = Symbol('key');

  it.each([
    ['NaN', Number.NaN, Number.NaN],
    ['0 and -0', 0, -0],
    ['-0 and 0', -0, 0],
    ['a symbol', symbol, symbol],
    ['undefined', undefined, undefined],
    ['null', null, null],
    ['an object', object, object],
    ['__proto__', '__proto__', '__proto__'],
    ['constructor', 'constructor', 'constructor'],
    ['the empty string', '', ''],
  ])('that are the same for a Map are the same: %s', async (_, one, other) => {
    const locks = new KeyedLocks<unknown>();
    for (const others of [[], ['another key is busy']]) {
      const busy = others.map((key) => locks.mutex(key).tryAcquire());
      const guard = await locks.mutex(one).acquire();
      expect([locks.mutex(other).isLocked, locks.mutex(other).tryAcquire()]).toEqual([true, undefined]);
      guard.release();
      expect(locks.mutex(other).isLocked).toBe(false);
      for (const each of busy) each?.release();
      expect(locks.size).toBe(0);
    }
  });

  it.each([
    ['1 and "1"', 1, '1'],
    ['5 and 5n', 5, 5n],
    ['null and undefined', null, undefined],
    ['two objects', {}, {}],
    ['two symbols', Symbol('key'), Symbol('key')],
    ['NaN and undefined', Number.NaN, undefined],
    ['an array and its text', ['a'], 'a'],
  ])('that are different for a Map are different: %s', async (_, one, other) => {
    const locks = new KeyedLocks<unknown>();
    const guards = [one, other].map((key) => locks.mutex(key).tryAcquire());
    expect([locks.size, guards.includes(undefined)]).toEqual([2, false]);
    for (const guard of guards) guard?.release();
    expect([locks.size, locks.mutex(one).isLocked, locks.mutex(other).isLocked]).toEqual([0, false, false]);
  });

  it('are found whichever of several busy ones is freed first', async () => {
    const locks = new KeyedLocks<number>();
    const keys = [0, 1, 2];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const guards = keys.map((key) => locks.mutex(key).tryAcquire() as Guard);
      for (const [left, freed] of order.entries()) {
        guards[freed]?.release();
        expect([locks.size, keys.filter((key) => locks.mutex(key).isLocked).length]).toEqual([2 - left, 2 - left]);
        // The freed one can be taken again beside the others, and is not the same as them.
        const again = locks.mutex(freed).tryAcquire();
        expect([locks.size, locks.mutex(freed).isLocked]).toEqual([3 - left, true]);
        again?.release();
      }
    }
  });

  it('of undefined are not mistaken for a lock that nobody uses', async () => {
    const locks = new KeyedLocks<unknown>();
    (await locks.mutex('a').acquire()).release();
    expect([locks.mutex(undefined).isLocked, locks.mutex(undefined).waiting, locks.size]).toEqual([false, 0, 0]);
    const [a, nothing] = [await locks.mutex('a').acquire(), await locks.mutex(undefined).acquire()];
    a.release();
    expect([locks.mutex(undefined).isLocked, locks.size]).toEqual([true, 1]);
    nothing.release();
    expect(locks.size).toBe(0);
  });

  it('are not kept alive', async () => {
    const locks = new KeyedLocks<object>();
    const use = async (): Promise<WeakRef<object>[]> => {
      const keys = [{}, {}, {}, {}];
      const [one, two, three, four] = keys as [object, object, object, object];
      const controller = new AbortController();
      const guard = await locks.mutex(one).acquire();
      const waits = [
        locks.mutex(one).acquire({ signal: controller.signal }),
        locks.semaphore(two, 0).acquire({ signal: controller.signal }),
        acquireAll([locks.readWriteLock(three).write, locks.mutex(one), locks.mutex(four)], {
          signal: controller.signal,
        }),
      ];
      controller.abort('over');
      await Promise.allSettled(waits);
      guard.release();
      await locks.mutex(four).sandbox(async () => {});
      return keys.map((key) => new WeakRef(key));
    };
    const refs = await use();
    await collect(refs);
    expect([locks.size, refs.map((ref) => ref.deref())]).toEqual([0, [undefined, undefined, undefined, undefined]]);
  });

  it.each<[string, (locks: KeyedLocks<object>, one: object, other: object) => unknown]>([
    [
      'a joint try that fails',
      (locks, one, other) => {
        const held = locks.mutex(one).tryAcquire();
        expect(tryAcquireAll([locks.mutex(other), locks.mutex(one)])).toBe(undefined);
        held?.release();
      },
    ],
    [
      'a joint try that succeeds',
      (locks, one, other) => tryAcquireAll([locks.mutex(one), locks.mutex(other)])?.release(),
    ],
    [
      'a joint try that is refused',
      (locks, one, other) =>
        expect(() => tryAcquireAll([locks.mutex(one), locks.mutex(other), new KeyedLocks() as never])).toThrow(),
    ],
    [
      'a joint request for two sides',
      (locks, one, other) => {
        const { read, write } = locks.readWriteLock(other);
        return expect(acquireAll([locks.mutex(one), read, write])).rejects.toThrow(TypeError);
      },
    ],
    [
      'a joint request for more permits than there are',
      async (locks, one, other) => {
        const permits = [1, 2].map((count) => [locks.semaphore(other, 2), { permits: count }] as const);
        // Only the text: an error can keep alive what its stack came through.
        expect(await acquireAll([locks.mutex(one), ...permits]).catch(String)).toMatch(/^RangeError: permits must/);
      },
    ],
    [
      'a joint request with a bad option',
      (locks, one, other) =>
        expect(acquireAll([locks.mutex(one), locks.mutex(other)], { timeout: Number.NaN })).rejects.toThrow(TypeError),
    ],
    [
      'a joint request that names a key twice',
      async (locks, one, other) =>
        (await acquireAll([one, other, one, other].map((key) => locks.mutex(key)))).release(),
    ],
    [
      'a run of map that takes them at once, and one that waits',
      async (locks, one, other) => {
        const held = await locks.mutex(other).acquire();
        const waits = map(locks.mutex(other), [1, 2], async (item) => item);
        await map(locks.mutex(one), [1, 2], async (item) => item);
        held.release();
        expect(await waits).toEqual([1, 2]);
      },
    ],
    [
      'runs of map that must not wait, or wait in vain',
      async (locks, one, other) => {
        for (const [key, options] of [
          [one, { timeout: 0 }],
          [other, { signal: AbortSignal.abort('over') }],
        ] as const) {
          const held = await locks.mutex(key).acquire();
          await map(locks.mutex(key), [1], () => 1, options).catch(String);
          const waits = map(locks.mutex(key), [1], () => 1).catch(String);
          await rest();
          locks.mutex(key).cancel('enough');
          expect(await waits).toBe('enough');
          held.release();
        }
      },
    ],
  ])('are not kept alive by %s', async (_, use) => {
    const locks = new KeyedLocks<object>();
    const used = async (): Promise<WeakRef<object>[]> => {
      const [one, other] = [{}, {}];
      await use(locks, one, other);
      return [new WeakRef(one), new WeakRef(other)];
    };
    const refs = await used();
    await collect(refs);
    expect([locks.size, refs.map((ref) => ref.deref())]).toEqual([0, [undefined, undefined]]);
  });

  it('are not kept alive by a spent guard', async () => {
    const locks = new KeyedLocks<object>();
    const use = async (): Promise<[Guard, WeakRef<object>]> => {
      const key = {};
      const guard = await locks.mutex(key).acquire();
      guard.release();
      return [guard, new WeakRef(key)];
    };
    const [guard, ref] = await use();
    await collect([ref]);
    expect([guard.released, ref.deref()]).toEqual([true, undefined]);
  });
});

describe('a request that is refused at once', () => {
  const refusals: [string, object, string | RegExp][] = [
    ['an aborted signal', { signal: AbortSignal.abort('over') }, 'over'],
    ['a timeout that is no number', { timeout: '5' }, /timeout must be/],
    ['a bad signal', { signal: 5 }, /signal must be/],
    ['a bad priority', { priority: Number.NaN }, /priority must be/],
  ];

  it.each(refusals)('leaves nothing, on a new key: %s', async (_, options, reason) => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('c');
    for (const lock of [locks.mutex('a'), locks.semaphore('b', 2), locks.semaphore('b', 0), read, write]) {
      const error = await lock.acquire(options as never).catch((each: Error | string) => each);
      expect(error instanceof Error ? error.message : error).toMatch(reason);
      const other = await lock.sandbox(() => {}, options as never).catch((each: Error | string) => each);
      expect(other instanceof Error ? other.message : other).toMatch(reason);
      expect([locks.size, locks.waiting, lock.isLocked]).toEqual([0, 0, false]);
    }
  });

  it.each(refusals)('leaves nothing, on a held key: %s', async (_, options) => {
    const locks = new KeyedLocks();
    const guard = await locks.mutex('a').acquire();
    await expect(locks.mutex('a').acquire(options as never)).rejects.toBeDefined();
    expect([locks.size, locks.waiting]).toEqual([1, 0]);
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('leaves nothing: timeout 0, on a paused and on a held key', async () => {
    const locks = new KeyedLocks();
    await expect(locks.semaphore('a', 0).acquire({ timeout: 0 })).rejects.toThrow(
      'KeyedLocks semaphore "a": acquire() timed out after 0 ms',
    );
    expect(locks.semaphore('a', 0).tryAcquire()).toBe(undefined);
    expect(locks.size).toBe(0);
    const guard = await locks.mutex('a').acquire({ timeout: 0 });
    await expect(locks.mutex('a').sandbox(() => {}, { timeout: 0 })).rejects.toThrow(TimeoutError);
    expect([locks.size, locks.waiting, locks.mutex('a').tryAcquire()]).toEqual([1, 0, undefined]);
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('leaves nothing: bad permits, and a sandbox without a function', async () => {
    const locks = new KeyedLocks();
    const semaphore = locks.semaphore('a', 2);
    await expect(semaphore.acquire({ permits: 0 })).rejects.toThrow('permits must be an integer of at least 1');
    await expect(semaphore.acquire({ permits: 3 })).rejects.toThrow(
      'permits must be at most the capacity, 2, but is 3',
    );
    await expect(semaphore.sandbox(() => {}, { permits: '1' as never })).rejects.toThrow(TypeError);
    await expect(locks.mutex('a').sandbox(5 as never)).rejects.toThrow('fn must be a function, but is 5');
    expect(locks.size).toBe(0);
  });

  it('leaves nothing when reading its options throws', async () => {
    const locks = new KeyedLocks();
    const options = {
      get timeout(): number {
        throw new Error('on purpose');
      },
    };
    await expect(locks.mutex('a').acquire(options)).rejects.toThrow('on purpose');
    expect(locks.size).toBe(0);
  });
});

describe('the only waiter', () => {
  it('leaves no lock behind when it times out', async () => {
    vi.useFakeTimers();
    const locks = new KeyedLocks({ name: 'accounts' });
    const paused = locks.semaphore('a', 0).acquire({ timeout: 5 });
    const guard = await locks.mutex('a').acquire();
    const waiting = locks.mutex('a').acquire({ timeout: 5 });
    expect([locks.size, locks.waiting, vi.getTimerCount()]).toEqual([2, 2, 2]);
    vi.advanceTimersByTime(5);
    expect([locks.size, locks.waiting, vi.getTimerCount()]).toEqual([1, 0, 0]);
    await expect(paused).rejects.toThrow('KeyedLocks "accounts" semaphore "a": acquire() timed out after 5 ms');
    await expect(waiting).rejects.toThrow('KeyedLocks "accounts" mutex "a": acquire() timed out after 5 ms');
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('leaves no lock behind when it aborts', async () => {
    const locks = new KeyedLocks();
    const controller = new AbortController();
    const { signal } = controller;
    const guard = await locks.mutex('a').acquire();
    const waits = [locks.semaphore('a', 0).acquire({ signal }), locks.mutex('a').acquire({ signal })];
    expect([locks.size, locks.waiting, getEventListeners(signal, 'abort').length]).toEqual([2, 2, 1]);
    controller.abort('over');
    expect([locks.size, locks.waiting, getEventListeners(signal, 'abort').length]).toEqual([1, 0, 0]);
    for (const wait of waits) await expect(wait).rejects.toBe('over');
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('leaves no lock behind when its signal has aborted, but the holder releases before our listener runs', async () => {
    const locks = new KeyedLocks();
    const guard = await locks.mutex('a').acquire();
    const sizes: number[] = [];
    const controller = abortingFirst(() => {
      guard.release();
      sizes.push(locks.size);
    });
    const wait = locks.mutex('a').acquire({ signal: controller.signal });
    controller.abort('over');
    await expect(wait).rejects.toBe('over');
    expect([sizes, locks.size]).toEqual([[0], 0]);
  });

  it('leaves no lock behind when a guard of several locks releases in its place', async () => {
    const locks = new KeyedLocks();
    const guard = await acquireAll([locks.mutex('a'), locks.mutex('b')]);
    const controller = abortingFirst(() => guard.release());
    const waits = ['a', 'b'].map((key) => locks.mutex(key).acquire({ signal: controller.signal }));
    controller.abort('over');
    expect((await Promise.allSettled(waits)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(locks.size).toBe(0);
  });
});

describe('a hold', () => {
  it('is released once', async () => {
    const locks = new KeyedLocks();
    const guard = await locks.mutex('a').acquire();
    const next = locks.mutex('a').acquire();
    guard.release();
    guard.release();
    expect([guard.released, locks.size, locks.mutex('a').isLocked]).toEqual([true, 1, true]);
    (await next).release();
  });

  it('of a key that was dropped and taken again is not released by the old guard', async () => {
    const locks = new KeyedLocks();
    const old = await locks.mutex('a').acquire();
    old.release();
    expect(locks.size).toBe(0);
    const guard = await locks.mutex('a').acquire();
    old.release();
    expect([locks.mutex('a').isLocked, locks.mutex('a').tryAcquire()]).toEqual([true, undefined]);
    guard.release();
  });

  it('of another key is not released by the old guard either', async () => {
    const locks = new KeyedLocks();
    const old = await locks.mutex('a').acquire();
    old.release();
    const guard = await locks.mutex('b').acquire();
    old.release();
    expect(locks.mutex('b').isLocked).toBe(true);
    guard.release();
  });

  it('goes to the next caller in one step, while the first one cleans up', async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    let inside = 0;
    const call = async (name: string, ticks: number): Promise<void> => {
      for (let i = 0; i < ticks; i++) await Promise.resolve();
      await locks.mutex('a').sandbox(async () => {
        expect(++inside).toBe(1);
        log.push(name);
        await rest();
        inside--;
      });
    };
    // The third call comes at every moment around the release of the first.
    for (let ticks = 0; ticks < 12; ticks++) {
      log.length = 0;
      const first = locks.mutex('a').sandbox(async () => {
        log.push('first');
      });
      await Promise.all([first, call('second', 0), call('third', ticks)]);
      expect([log, locks.size]).toEqual([['first', 'second', 'third'], 0]);
    }
  });

  it('can be taken by the next caller between the release and whatever follows', async () => {
    const locks = new KeyedLocks();
    const guard = await locks.mutex('a').acquire();
    guard.release();
    const next = locks.mutex('a').tryAcquire();
    expect([next?.released, locks.size]).toEqual([false, 1]);
    await rest();
    expect(locks.mutex('a').tryAcquire()).toBe(undefined);
    next?.release();
    expect(locks.size).toBe(0);
  });

  it('ends with using', async () => {
    const locks = new KeyedLocks();
    {
      using guard = await locks.mutex('a').acquire();
      expect([guard.released, locks.size]).toEqual([false, 1]);
    }
    expect(locks.size).toBe(0);
  });
});

describe('fn of a sandbox', () => {
  it('may throw, free or waiting', async () => {
    const locks = new KeyedLocks();
    const fail = () => {
      throw new Error('thrown');
    };
    await expect(locks.mutex('a').sandbox(fail)).rejects.toThrow('thrown');
    const guard = await locks.mutex('a').acquire();
    const waiting = locks.mutex('a').sandbox(fail);
    guard.release();
    await expect(waiting).rejects.toThrow('thrown');
    await expect(locks.mutex('a').sandbox(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect(locks.size).toBe(0);
  });

  it('may return nothing, and the lock is gone before the call returns', async () => {
    const locks = new KeyedLocks();
    const promise = locks.mutex('a').sandbox(() => {});
    expect(locks.size).toBe(0);
    expect(await promise).toBe(undefined);
  });

  it('may return a foreign thenable', async () => {
    const locks = new KeyedLocks();
    let settle = (_value: number): void => {};
    const promise = locks.mutex('a').sandbox(() => thenable((resolve: typeof settle) => (settle = resolve)));
    await rest();
    expect(locks.size).toBe(1);
    settle(7);
    expect([await promise, locks.size]).toEqual([7, 0]);
  });

  it('runs in the order of the calls, and in the async context of its caller', async () => {
    const locks = new KeyedLocks();
    const context = new AsyncLocalStorage<string>();
    const log: unknown[] = [];
    const guard = await locks.mutex('a').acquire();
    const all = ['one', 'two', 'three'].map((name) =>
      context.run(name, () => locks.mutex('a').sandbox(() => log.push(name, context.getStore()))),
    );
    context.run('releaser', () => guard.release());
    await Promise.all(all);
    expect(log).toEqual(['one', 'one', 'two', 'two', 'three', 'three']);
  });

  it('may use the same key of another kind, and other keys', async () => {
    const locks = new KeyedLocks();
    const result = await locks
      .mutex('a')
      .sandbox(() => locks.semaphore('a', 1).sandbox(() => locks.mutex('b').sandbox(() => locks.size)));
    expect([result, locks.size]).toEqual([3, 0]);
  });
});

describe('cancel()', () => {
  it('ends every wait under every key, and holders keep their holds', async () => {
    const locks = new KeyedLocks({ name: 'accounts' });
    const guard = await acquireAll([locks.mutex('a'), locks.mutex('b'), locks.readWriteLock('a').write]);
    const waits = [
      locks.mutex('a').acquire(),
      locks.mutex('b').acquire(),
      locks.semaphore('c', 0).acquire(),
      locks.readWriteLock('a').read.acquire(),
      acquireAll([locks.mutex('a'), locks.mutex('b'), locks.mutex('d')]),
    ];
    expect([locks.size, locks.waiting]).toEqual([5, 7]);
    locks.cancel();
    expect([locks.size, locks.waiting, locks.mutex('a').isLocked]).toEqual([3, 0, true]);
    for (const wait of waits) {
      await expect(wait).rejects.toThrow(AbortError);
      await expect(wait).rejects.toThrow('KeyedLocks "accounts": cancel() ended the wait');
    }
    guard.release();
    expect(locks.size).toBe(0);
  });

  it('has the reason that it is given, and lets nobody in first', async () => {
    const locks = new KeyedLocks();
    const held = await locks.mutex('a').acquire();
    // Once the joint request has gone, b would be free for the one behind it.
    const waits = [acquireAll([locks.mutex('a'), locks.mutex('b')]), locks.mutex('b').acquire()];
    locks.cancel('over');
    for (const wait of waits) await expect(wait).rejects.toBe('over');
    held.release();
    expect(locks.size).toBe(0);
  });

  it('of one lock leaves the others alone', async () => {
    const locks = new KeyedLocks({ name: 'accounts' });
    const guard = await acquireAll([locks.mutex('a'), locks.mutex('b')]);
    const [a, b] = [locks.mutex('a').acquire(), locks.mutex('b').acquire()];
    locks.mutex('a').cancel();
    await expect(a).rejects.toThrow('KeyedLocks "accounts" mutex "a": cancel() ended the wait');
    expect([locks.mutex('a').waiting, locks.mutex('b').waiting]).toEqual([0, 1]);
    locks.mutex('a').cancel();
    locks.mutex('c').cancel();
    expect(locks.size).toBe(2);
    guard.release();
    (await b).release();
  });

  it('from inside a holder', async () => {
    const locks = new KeyedLocks();
    let wait: Promise<unknown> | undefined;
    await locks.mutex('a').sandbox(async () => {
      wait = locks.mutex('a').acquire();
      locks.mutex('a').cancel('by the holder');
      await expect(wait).rejects.toBe('by the holder');
      wait = locks.mutex('a').acquire();
      locks.cancel('by the holder');
    });
    await expect(wait).rejects.toBe('by the holder');
    expect(locks.size).toBe(0);
  });

  it('from an abort listener: the abort came first', async () => {
    const locks = new KeyedLocks();
    const controller = abortingFirst(() => locks.cancel('canceled'));
    const guard = await locks.mutex('a').acquire();
    const waits = [locks.mutex('a').acquire({ signal: controller.signal }), locks.mutex('a').acquire()];
    controller.abort('aborted');
    const reasons = (await Promise.allSettled(waits)).map((outcome) => (outcome as PromiseRejectedResult).reason);
    expect(reasons).toEqual(['aborted', 'canceled']);
    guard.release();
    expect(locks.size).toBe(0);
  });
});

describe('a semaphore', () => {
  it('has permits', async () => {
    const locks = new KeyedLocks();
    const semaphore = locks.semaphore('a', 3);
    const two = await semaphore.acquire({ permits: 2 });
    const one = semaphore.tryAcquire();
    expect([one?.released, semaphore.tryAcquire(), semaphore.isLocked]).toEqual([false, undefined, true]);
    const waiting = semaphore.acquire({ permits: 3 });
    two.release();
    expect([semaphore.waiting, semaphore.tryAcquire(), locks.size]).toEqual([1, undefined, 1]);
    one?.release();
    (await waiting).release();
    expect(locks.size).toBe(0);
  });

  it.each([
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    ['3', TypeError],
    [undefined, TypeError],
  ])('cannot have the capacity %s', (capacity, Class) => {
    const locks = new KeyedLocks();
    expect(() => locks.semaphore('a', capacity as never)).toThrow(Class);
    expect(() => locks.semaphore('a', capacity as never)).toThrow(
      /^capacity must be an integer of at least 0, but is /,
    );
  });

  it('may have the capacity Infinity, or 0, which is a pause', async () => {
    const locks = new KeyedLocks();
    const guards = await Promise.all(
      Array.from({ length: 100 }, () => locks.semaphore('a', Number.POSITIVE_INFINITY).acquire({ permits: 1e9 })),
    );
    for (const guard of guards) guard.release();
    expect(locks.size).toBe(0);
    const paused = locks.semaphore('a', 0).acquire({ permits: 5 });
    const next = locks.semaphore('a', 5).acquire({ permits: 5 });
    (await paused).release();
    (await next).release();
    expect(locks.size).toBe(0);
  });

  it('has the capacity of the last request', async () => {
    const locks = new KeyedLocks();
    const [small, large] = [locks.semaphore('a', 1), locks.semaphore('a', 3)];
    const one = await small.acquire();
    // Making a view and looking through it changes nothing.
    expect([large.isLocked, large.waiting, small.tryAcquire()]).toEqual([true, 0, undefined]);
    const two = large.tryAcquire();
    const three = large.tryAcquire();
    expect([two?.released, three?.released, small.tryAcquire()]).toEqual([false, false, undefined]);
    for (const guard of [one, two, three]) guard?.release();
    expect(locks.size).toBe(0);
  });

  it('of a greater capacity lets waiters in, even if the try that brings it fails', async () => {
    const locks = new KeyedLocks();
    const first = await locks.semaphore('a', 1).acquire();
    const second = locks.semaphore('a', 1).acquire();
    expect(locks.semaphore('a', 2).tryAcquire()).toBe(undefined);
    (await second).release();
    first.release();
    expect(locks.size).toBe(0);
  });

  it('of a lower capacity rejects waiters that it makes impossible', async () => {
    const locks = new KeyedLocks();
    const five = locks.semaphore('a', 5);
    const held = await five.acquire({ permits: 5 });
    const four = five.acquire({ permits: 4 });
    const two = five.acquire({ permits: 2 });
    expect(locks.semaphore('a', 2).tryAcquire()).toBe(undefined);
    await expect(four).rejects.toThrow(RangeError);
    await expect(four).rejects.toThrow('permits must be at most the capacity, 2, but is 4');
    expect(five.waiting).toBe(1);
    held.release();
    (await two).release();
    expect(locks.size).toBe(0);
  });

  it('of a lower capacity may leave no waiter and no lock', async () => {
    const locks = new KeyedLocks();
    const three = locks.semaphore('a', 0).acquire({ permits: 3 });
    // The new request itself is not granted, and does not wait.
    const held = await locks.mutex('a').acquire();
    await expect(locks.semaphore('a', 2).acquire({ permits: 2, timeout: 0 })).resolves.toBeDefined();
    await expect(three).rejects.toThrow(RangeError);
    held.release();
  });

  it.each([
    ['its signal', (locks: KeyedLocks) => locks.semaphore('a', 5).acquire({ signal: AbortSignal.abort() })],
    ['its permits', (locks: KeyedLocks) => locks.semaphore('a', 5).acquire({ permits: 6 })],
    ['its timeout', (locks: KeyedLocks) => locks.semaphore('a', 5).acquire({ timeout: Number.NaN })],
    ['its function', (locks: KeyedLocks) => locks.semaphore('a', 5).sandbox(5 as never)],
    ['another lock', (locks: KeyedLocks) => acquireAll([locks.semaphore('a', 5), 5 as never])],
    [
      'the signal of a joint request',
      (locks: KeyedLocks) => acquireAll([locks.semaphore('a', 5)], { signal: AbortSignal.abort() }),
    ],
  ])('keeps its capacity if a request is refused for %s', async (_, ask) => {
    const locks = new KeyedLocks();
    const held = await locks.semaphore('a', 1).acquire();
    const waiting = locks.semaphore('a', 1).acquire();
    await expect(ask(locks)).rejects.toBeDefined();
    expect(locks.semaphore('a', 1).waiting).toBe(1);
    held.release();
    (await waiting).release();
  });

  it('tells nobody anything, if its request changes no capacity', async () => {
    const locks = new KeyedLocks();
    const both = await acquireAll([locks.mutex('m'), locks.mutex('n')]);
    const log: string[] = [];
    // Both are granted by one call. What the first one does must not tell the second one early.
    const first = locks.mutex('m').sandbox(() => {
      const guard = locks.semaphore('a', 1).tryAcquire();
      log.push('first');
      return guard;
    });
    const second = locks.mutex('n').sandbox(() => log.push('second'));
    // A change of the capacity before must not make it tell later.
    const paused = locks.semaphore('a', 0).acquire({ timeout: 0 });
    await expect(paused).rejects.toThrow('timed out');
    const waiting = locks.semaphore('a', 0).acquire();
    const change = locks.semaphore('a', 1).acquire();
    (await waiting).release();
    (await change).release();
    both.release();
    (await first)?.release();
    await second;
    expect([log, locks.size]).toEqual([['first', 'second'], 0]);
  });

  it('tells nobody anything, if its request is the first for its key', async () => {
    for (const others of [[], ['busy']]) {
      const locks = new KeyedLocks();
      for (const key of others) locks.semaphore(key, 1).tryAcquire();
      const both = await acquireAll([locks.mutex('m'), locks.mutex('n')]);
      const log: unknown[] = [];
      const first = locks.mutex('m').sandbox(() => log.push(locks.semaphore('a', 3).tryAcquire()?.released, 'first'));
      const second = locks.mutex('n').sandbox(() => log.push('second'));
      both.release();
      await Promise.all([first, second]);
      expect(log).toEqual([false, 'first', 'second']);
    }
  });

  it('gets its capacity from a joint try, too, whether that succeeds or not', async () => {
    const locks = new KeyedLocks();
    const first = await locks.semaphore('a', 1).acquire();
    const both = tryAcquireAll([locks.mutex('b'), locks.semaphore('a', 2)]);
    expect(both?.released).toBe(false);
    const third = locks.semaphore('a', 2).acquire();
    expect(tryAcquireAll([locks.mutex('b'), locks.semaphore('a', 3)])).toBe(undefined);
    expect(locks.semaphore('a', 3).waiting).toBe(0);
    for (const guard of [first, both, await third]) guard?.release();
    expect(locks.size).toBe(0);
  });

  it('gets its capacity from a joint request, too', async () => {
    const locks = new KeyedLocks();
    const first = await locks.semaphore('a', 1).acquire();
    const second = locks.semaphore('a', 1).acquire();
    const both = acquireAll([locks.mutex('b'), [locks.semaphore('a', 4), { permits: 2 }]]);
    for (const guard of [first, await second, await both]) guard.release();
    expect(locks.size).toBe(0);
  });

  it('of a lower capacity admits waiters of other locks behind a request that it makes impossible', async () => {
    const locks = new KeyedLocks();
    const held = await locks.semaphore('a', 3).acquire();
    const impossible = acquireAll([locks.mutex('b'), [locks.semaphore('a', 3), { permits: 3 }]]);
    const behind = locks.mutex('b').acquire();
    const bringer = acquireAll([[locks.semaphore('a', 2), { permits: 2 }], locks.mutex('b')], { priority: 1 });
    // The one behind was there before the request that brought the capacity.
    expect([locks.mutex('b').isLocked, locks.mutex('b').waiting]).toEqual([true, 1]);
    await expect(impossible).rejects.toThrow(RangeError);
    held.release();
    (await behind).release();
    (await bringer).release();
    expect(locks.size).toBe(0);
  });

  it('tells waiters that a new capacity admits before the request itself, if that is granted', () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    void locks.semaphore('a', 0).sandbox(() => log.push('first'));
    void locks.semaphore('a', 2).sandbox(() => log.push('second'));
    void locks.semaphore('b', 0).sandbox(() => log.push('third'));
    void sandboxAll([locks.mutex('c'), locks.semaphore('b', 2)], () => log.push('fourth'));
    expect([log, locks.size]).toEqual([['first', 'second', 'third', 'fourth'], 0]);
  });

  it('admits waiters by a new capacity in order: what they do comes after the request', async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    const step = (name: string, then?: () => void) => async () => {
      log.push(name);
      then?.();
      await rest();
    };
    const again = () => void locks.semaphore('a', 1).sandbox(step('third'));
    void locks.semaphore('a', 0).sandbox(step('first', again));
    void locks.semaphore('a', 1).sandbox(step('second'));
    expect(log).toEqual(['first']);
    await vi.waitUntil(() => locks.size === 0);
    expect(log).toEqual(['first', 'second', 'third']);
  });
});

describe('a lock without permits', () => {
  it('ignores permits', async () => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('a');
    for (const lock of [locks.mutex('a'), read, write]) {
      const guard = await lock.acquire({ permits: 0 } as never);
      guard.release();
      expect(await lock.sandbox(() => 5, { permits: -1 } as never)).toBe(5);
    }
    expect(locks.size).toBe(0);
  });
});

describe('a read/write lock', () => {
  it('lets readers in together, and writers alone', async () => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('a');
    const readers = [await read.acquire(), read.tryAcquire()];
    expect([write.tryAcquire(), read.isLocked, write.isLocked, locks.size]).toEqual([undefined, true, true, 1]);
    for (const reader of readers) reader?.release();
    const writer = write.tryAcquire();
    expect([writer?.released, read.tryAcquire(), write.tryAcquire()]).toEqual([false, undefined, undefined]);
    writer?.release();
    expect(locks.size).toBe(0);
  });

  it('is fair', async () => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('a');
    const log: string[] = [];
    const held = await read.acquire();
    void write.sandbox(() => log.push('writer'));
    void read.sandbox(() => log.push('reader'));
    expect([read.tryAcquire(), read.waiting, write.waiting]).toEqual([undefined, 2, 2]);
    held.release();
    await rest();
    expect(log).toEqual(['writer', 'reader']);
  });

  it('can go from write to read, and lets readers in then', async () => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('a');
    const writing = await write.acquire();
    const waiting = read.acquire();
    const reading = writing.downgrade();
    expect([writing.released, reading.released, 'downgrade' in reading]).toEqual([true, false, false]);
    const other = await waiting;
    expect(write.tryAcquire()).toBe(undefined);
    writing.release();
    reading.release();
    expect(write.tryAcquire()).toBe(undefined);
    other.release();
    expect(locks.size).toBe(0);
    expect(() => writing.downgrade()).toThrow(InvalidStateError);
    expect(() => writing.downgrade()).toThrow('WriteGuard: downgrade() on a guard that has been released');
  });

  it('cancels the waits of both sides', async () => {
    const locks = new KeyedLocks();
    const { read, write } = locks.readWriteLock('a');
    const held = await write.acquire();
    const waits = [read.acquire(), write.acquire()];
    read.cancel('over');
    for (const wait of waits) await expect(wait).rejects.toBe('over');
    held.release();
    expect(locks.size).toBe(0);
  });

  it('names the side in messages', async () => {
    const locks = new KeyedLocks({ name: 'files' });
    const { read, write } = locks.readWriteLock('a');
    const held = await write.acquire();
    const prefix = 'KeyedLocks "files" readWriteLock "a"';
    await expect(read.acquire({ timeout: 0 })).rejects.toThrow(`${prefix}: read.acquire() timed out after 0 ms`);
    await expect(write.sandbox(() => {}, { timeout: 0 })).rejects.toThrow(`${prefix}: write.sandbox() timed out`);
    held.release();
  });
});

describe('a hundred thousand keys in turn', () => {
  it('leave nothing', () => {
    const locks = new KeyedLocks<number>();
    let sum = 0;
    for (let key = 0; key < 100_000; key++) {
      // Two at a time, so that both ways to keep a lock are used.
      const [one, other] = [locks.mutex(key), locks.mutex(-1 - key)].map((lock) => lock.tryAcquire());
      one?.release();
      other?.release();
      sum += locks.size;
    }
    expect([sum, locks.size, locks.waiting]).toEqual([0, 0, 0]);
  });
});
