import { type Guard, InvalidStateError } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';
import { type LockUnderTest, lacks, type ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, rest } from './request.ts';
import { hostileThenable, thenable } from './thenable.ts';

/** `acquire`, `tryAcquire` and `sandbox`. */
export function scopedLaws(name: string, make: () => ScopedLockUnderTest): void {
  const { isShared } = make();

  /** Runs a sandbox on a free lock, and one that waits; both must end alike, with the lock free. */
  const outcomes = async (fn: () => unknown): Promise<PromiseSettledResult<unknown>[]> => {
    const settled: PromiseSettledResult<unknown>[] = [];
    for (const isWaiting of [false, true]) {
      const lock = make();
      const free = isWaiting ? lock.block() : () => {};
      const outcome = Promise.allSettled([lock.sandbox(fn)]);
      free();
      const [result] = await outcome;
      settled.push(result);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
      expect(lock.tryAcquire()).not.toBe(undefined);
    }
    return settled;
  };

  describe(`${name}: sandbox`, () => {
    it.each([undefined, null, 0, '', false, 'text', { a: 1 }])(
      'passes %s on, plain and from a promise',
      async (value) => {
        const expected = { status: 'fulfilled', value };
        expect(await outcomes(() => value)).toEqual([expected, expected]);
        expect(await outcomes(async () => value)).toEqual([expected, expected]);
      },
    );

    it.each([new Error('mine'), undefined, null, 0, thenable(() => expect.unreachable())])(
      'passes on that fn throws %s, or rejects with it',
      async (reason) => {
        const thrown = await outcomes(() => {
          throw reason;
        });
        const rejected = await outcomes(async () => {
          await rest();
          throw reason;
        });
        for (const outcome of [...thrown, ...rejected]) {
          expect(outcome.status).toBe('rejected');
          expect((outcome as PromiseRejectedResult).reason).toBe(reason);
        }
      },
    );

    it('starts fn before it returns if the lock is free, and calls it once, without arguments', async () => {
      const lock = make();
      const fn = vi.fn(async () => {});
      const result = lock.sandbox(fn);
      expect(fn.mock.calls).toEqual([[]]);
      expect(lock.isHeld).toBe(true);
      expect(result).toBeInstanceOf(Promise);
      await result;
      expect(fn).toHaveBeenCalledOnce();
    });

    it('has freed the lock before it returns if fn gives no promise', async () => {
      const lock = make();
      const value = lock.sandbox(() => {
        expect(lock.isHeld).toBe(true);
        return 'plain';
      });
      expect(lock.isHeld).toBe(false);
      const error = lock.sandbox(() => {
        throw new Error('mine');
      });
      expect(lock.isHeld).toBe(false);
      expect(await value).toBe('plain');
      await expect(error).rejects.toThrow('mine');
    });

    it.skipIf(lacks(make(), 'synchronous delivery'))('runs a waiting fn inside the call that lets it in', async () => {
      const lock = make();
      const free = lock.block();
      const fn = vi.fn(() => 7);
      const result = lock.sandbox(fn);
      expect(fn).not.toHaveBeenCalled();
      free();
      expect(fn.mock.calls).toEqual([[]]);
      expect(lock.isHeld).toBe(false);
      expect(await result).toBe(7);
    });

    it('holds the lock until the promise of fn settles', async () => {
      const lock = make();
      let finish = (): void => {};
      const result = lock.sandbox(
        () =>
          new Promise<void>((resolve) => {
            finish = resolve;
          }),
      );
      await rest();
      expect(lock.isHeld).toBe(true);
      finish();
      await result;
      expect(lock.isHeld).toBe(false);
    });

    it('settles its promise when the lock is free again already', async () => {
      const lock = make();
      const seen: unknown[] = [];
      const look = (): void => {
        seen.push(lock.isHeld);
        lock.tryAcquire()?.release();
      };
      await lock.sandbox(async () => rest()).then(look);
      await lock.sandbox(async () => Promise.reject(new Error('mine'))).catch(look);
      await lock.sandbox(() => 1).then(look);
      expect(seen).toEqual([false, false, false]);
    });

    it('tells waiting sandboxes in the order in which they ran', async () => {
      const lock = make();
      const free = lock.block();
      const order: number[] = [];
      const all = Array.from({ length: 20 }, (_, i) => lock.sandbox(() => i).then((value) => order.push(value)));
      free();
      await Promise.all(all);
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
    });

    it('does not run fn if it gives up, and rejects', async () => {
      const lock = make();
      const free = lock.block();
      const fn = vi.fn();
      const controller = new AbortController();
      const results = Promise.allSettled([
        lock.sandbox(fn, { signal: controller.signal }),
        lock.sandbox(fn, { timeout: 0 }),
        lock.sandbox(fn, { signal: AbortSignal.abort('before') }),
        lock.sandbox(fn),
      ]);
      controller.abort('aborted');
      lock.cancel('cancelled');
      free();
      expect((await results).map((result) => (result as PromiseRejectedResult).reason)).toEqual([
        'aborted',
        expect.objectContaining({ name: 'TimeoutError' }),
        'before',
        'cancelled',
      ]);
      expect(fn).not.toHaveBeenCalled();
      expect(lock.isHeld).toBe(false);
    });

    it.each([undefined, null, 'text', {}, 5])('rejects %s as fn, and takes nothing', async (fn) => {
      const lock = make();
      await expect(lock.sandbox(fn as never)).rejects.toThrow(TypeError);
      await expect(lock.sandbox(fn as never)).rejects.toThrow(/^fn must be a function/);
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
      lock.block();
      await expect(lock.sandbox(fn as never)).rejects.toThrow(TypeError);
      expect(lock.waiting).toBe(0);
    });

    it('waits for a thenable of any make, and calls its then once', async () => {
      const calls: unknown[] = [];
      const foreign = thenable(function (this: unknown, resolve: (value: string) => void, ...more: unknown[]) {
        calls.push(this, more.length);
        queueMicrotask(() => resolve('foreign'));
      });
      const lock = make();
      const result = lock.sandbox(() => foreign);
      expect(lock.isHeld).toBe(true);
      expect(calls).toEqual([]);
      expect(await result).toBe('foreign');
      expect(calls).toEqual([foreign, 1]);
      expect(lock.isHeld).toBe(false);
    });

    it('takes a callable thenable for a promise, and an object with another then for a value', async () => {
      const callable = Object.assign(
        () => {},
        thenable((resolve: (value: string) => void) => resolve('callable')),
      );
      const value = thenable('later');
      const [first, second] = await outcomes(() => callable);
      expect([first, second]).toEqual([
        { status: 'fulfilled', value: 'callable' },
        { status: 'fulfilled', value: 'callable' },
      ]);
      expect(
        (await outcomes(() => value)).map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value),
      ).toEqual([value, value]);
    });

    type Then = (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void;
    const hostile: [string, Then, PromiseSettledResult<unknown>][] = [
      [
        'resolves at once, twice',
        (resolve) => {
          resolve(1);
          resolve(2);
        },
        { status: 'fulfilled', value: 1 },
      ],
      [
        'resolves, then rejects',
        (resolve, reject) => {
          resolve(1);
          reject(2);
        },
        { status: 'fulfilled', value: 1 },
      ],
      [
        'rejects, then resolves',
        (resolve, reject) => {
          reject(2);
          resolve(1);
        },
        { status: 'rejected', reason: 2 },
      ],
      [
        'resolves, then throws',
        (resolve) => {
          resolve(1);
          throw new Error('ignored');
        },
        { status: 'fulfilled', value: 1 },
      ],
      [
        'throws',
        () => {
          throw 'thrown';
        },
        { status: 'rejected', reason: 'thrown' },
      ],
      ['resolves to another promise', (resolve) => resolve(Promise.resolve(3)), { status: 'fulfilled', value: 3 }],
    ];
    it.each(hostile)('ends once, with the first word of a thenable that %s', async (_, then, expected) => {
      expect(await outcomes(() => thenable(then))).toEqual([expected, expected]);
    });

    it('lets one in for each sandbox, whatever its thenable says twice', async () => {
      const lock = make();
      const twice = thenable((resolve: (value: unknown) => void) => {
        resolve(1);
        queueMicrotask(() => resolve(2));
      });
      const result = lock.sandbox(() => twice);
      const [second, third] = [ask(lock, 'acquire'), ask(lock, 'acquire')];
      await result;
      await rest();
      expect([second.outcome, third.outcome]).toEqual(['granted', isShared ? 'granted' : 'waiting']);
    });

    it('rejects when reading then throws', async () => {
      const error = new Error('getter');
      expect(await outcomes(() => hostileThenable(error))).toEqual([
        { status: 'rejected', reason: error },
        { status: 'rejected', reason: error },
      ]);
    });

    it('rejects when a promise has a hostile constructor', async () => {
      const error = new Error('species');
      const promise = Object.defineProperty(Promise.resolve(), 'constructor', {
        get() {
          throw error;
        },
      });
      expect(await outcomes(() => promise)).toEqual([
        { status: 'rejected', reason: error },
        { status: 'rejected', reason: error },
      ]);
    });

    it('keeps the lock while a thenable never settles; timeouts of others go on', async () => {
      vi.useFakeTimers();
      try {
        const lock = make();
        const never = vi.fn();
        void lock.sandbox(() => thenable(never));
        await rest();
        expect(never).toHaveBeenCalledOnce();
        expect(lock.isHeld).toBe(true);
        const other = isShared ? undefined : ask(lock, 'acquire', { timeout: 10 });
        vi.advanceTimersByTime(10);
        await rest();
        expect(other?.outcome).toBe(isShared ? undefined : 'refused');
        expect(lock.isHeld).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    });

    it('waits for a sandbox of another lock inside it', async () => {
      const [outer, inner] = [make(), make()];
      const result = await outer.sandbox(() =>
        inner.sandbox(() => {
          expect([outer.isHeld, inner.isHeld]).toEqual([true, true]);
          return 'nested';
        }),
      );
      expect(result).toBe('nested');
      expect([outer.isHeld, inner.isHeld]).toEqual([false, false]);
    });
  });

  describe(`${name}: guards`, () => {
    it('come from acquire() and from tryAcquire(), and give back what they hold', async () => {
      const lock = make();
      const takes = [() => lock.acquire(), async () => lock.tryAcquire() as Guard];
      for (const take of takes) {
        const guard = await take();
        expect([guard.released, lock.isHeld]).toEqual([false, true]);
        expect(guard.release()).toBe(undefined);
        expect([guard.released, lock.isHeld]).toEqual([true, false]);
      }
    });

    it('are undefined from tryAcquire() when the lock is not to be had', () => {
      const lock = make();
      lock.block();
      expect(lock.tryAcquire()).toBe(undefined);
      expect(lock.waiting).toBe(0);
    });

    it('do nothing when released again, also when somebody else is inside since', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard.release();
      const free = lock.block();
      guard.release();
      guard[Symbol.dispose]();
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('are released by dispose, too', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard[Symbol.dispose]();
      expect([guard.released, lock.isHeld]).toEqual([true, false]);
      guard.release();
      expect(lock.isHeld).toBe(false);
    });

    it('are released at the end of a using block, however it ends', async () => {
      const lock = make();
      {
        using guard = await lock.acquire();
        expect([guard.released, lock.isHeld]).toEqual([false, true]);
      }
      expect(lock.isHeld).toBe(false);
      const fail = async (): Promise<void> => {
        using _guard = await lock.acquire();
        throw new Error('mine');
      };
      await expect(fail()).rejects.toThrow('mine');
      expect(lock.isHeld).toBe(false);
      const leave = (): boolean => {
        using _guard = lock.tryAcquire();
        return lock.isHeld;
      };
      expect(leave()).toBe(true);
      expect(lock.isHeld).toBe(false);
      const free = lock.block();
      {
        using none = lock.tryAcquire();
        expect(none).toBe(undefined);
      }
      expect(lock.isHeld).toBe(true);
      free();
    });

    it('are released once when released by hand inside a using block', async () => {
      const lock = make();
      let free = (): void => {};
      {
        using guard = await lock.acquire();
        guard.release();
        free = lock.block();
      }
      expect(lock.isHeld).toBe(true);
      free();
      expect(lock.isHeld).toBe(false);
    });

    it('are no promises', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect('then' in guard).toBe(false);
      expect(await Promise.resolve(guard)).toBe(guard);
    });

    it('cannot be forged or marked', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect(() => Object.assign(guard, { released: true })).toThrow(TypeError);
      expect(() => guard.release.call({} as Guard)).toThrow(TypeError);
      expect([guard.released, lock.isHeld]).toEqual([false, true]);
    });

    it('of one lock leave another alone', async () => {
      const [one, two] = [make(), make()];
      const guard = await one.acquire();
      const other = await two.acquire();
      guard.release();
      expect([other.released, two.isHeld, one.isHeld]).toEqual([false, true, false]);
    });

    it('are handed to waiters in the order they came', async () => {
      const lock = make();
      const free = lock.block();
      const order: number[] = [];
      const all = [0, 1, 2, 3].map(async (i) => {
        using _guard = await lock.acquire();
        order.push(i);
      });
      free();
      await Promise.all(all);
      expect(order).toEqual([0, 1, 2, 3]);
      expect(lock.isHeld).toBe(false);
    });
  });
}

/** A hold is given back the way it was taken. */
export function separationLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: a hold and the other layer`, () => {
    it('the bare verb cannot give back what a guard holds', async () => {
      const lock = make();
      const guard = await lock.acquire();
      expect(() => lock.giveBack()).toThrow(InvalidStateError);
      expect([lock.isHeld, guard.released]).toEqual([true, false]);
      guard.release();
      expect(lock.isHeld).toBe(false);
      const tried = lock.tryAcquire();
      expect(() => lock.giveBack()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(true);
      tried?.release();
      expect(lock.isHeld).toBe(false);
    });

    it('the bare verb cannot give back what a sandbox holds', async () => {
      const lock = make();
      await lock.sandbox(() => {
        expect(() => lock.giveBack()).toThrow(InvalidStateError);
        expect(lock.isHeld).toBe(true);
      });
      const free = lock.block();
      const waiting = lock.sandbox(async () => {
        expect(() => lock.giveBack()).toThrow(InvalidStateError);
        await rest();
        expect(() => lock.giveBack()).toThrow(InvalidStateError);
        return lock.isHeld;
      });
      free();
      expect(await waiting).toBe(true);
      expect(lock.isHeld).toBe(false);
    });

    it('the bare verb cannot give back what a waiting acquire() has just been handed', () => {
      const lock = make();
      const free = lock.block();
      void lock.acquire();
      free();
      expect(() => lock.giveBack()).toThrow(InvalidStateError);
      expect(lock.isHeld).toBe(true);
    });

    it('a spent guard cannot give back what the bare verb took', async () => {
      const lock = make();
      const guard = await lock.acquire();
      guard.release();
      expect(lock.tryTake()).toBe(true);
      guard.release();
      expect(lock.isHeld).toBe(true);
      lock.giveBack();
      expect(lock.isHeld).toBe(false);
    });
  });
}
