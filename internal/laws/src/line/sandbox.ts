import { describe, expect, it, vi } from 'vitest';
import { rest } from '../rest.ts';
import { thenable } from '../thenable.ts';
import { lacks, type ScopedLockUnderTest } from './lock-under-test.ts';

/** Runs a sandbox on a free lock and one that waits. Both must leave the lock free. */
export async function endings(
  make: () => ScopedLockUnderTest,
  fn: () => unknown,
): Promise<PromiseSettledResult<unknown>[]> {
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
}

/** A sandbox runs its function under a hold, and releases the hold however the function ends. */
export function sandboxLaws(name: string, make: () => ScopedLockUnderTest): void {
  describe(`${name}: sandbox`, () => {
    it.each([undefined, null, 0, '', false, 'text', { a: 1 }])(
      'passes %s on, plain and from a promise',
      async (value) => {
        const expected = { status: 'fulfilled', value };
        expect(await endings(make, () => value)).toEqual([expected, expected]);
        expect(await endings(make, async () => value)).toEqual([expected, expected]);
      },
    );

    it.each([new Error('mine'), undefined, null, 0, thenable(() => expect.unreachable())])(
      'rejects with %s if fn throws it or rejects with it',
      async (reason) => {
        const thrown = await endings(make, () => {
          throw reason;
        });
        const rejected = await endings(make, async () => {
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

    it('has freed the lock before it returns if fn returns no promise', async () => {
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

    it.skipIf(lacks(make(), 'synchronous delivery'))(
      'runs a waiting fn inside the call that grants the lock',
      async () => {
        const lock = make();
        const free = lock.block();
        const fn = vi.fn(() => 7);
        const result = lock.sandbox(fn);
        expect(fn).not.toHaveBeenCalled();
        free();
        expect(fn.mock.calls).toEqual([[]]);
        expect(lock.isHeld).toBe(false);
        expect(await result).toBe(7);
      },
    );

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

    it('has freed the lock by the time its promise settles', async () => {
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

    it('settles waiting sandboxes in the order in which they ran', async () => {
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
}
