import type { PermitOptions } from '@valvekit/core';
import { acquire, type GuardVerb, Hold, type LockLine, tryAcquire } from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { ACQUIRE, Permits } from '../permits.ts';

const ask = (permits: Permits, options?: PermitOptions) => acquire(permits.line, ACQUIRE, permits, options);

describe('acquire()', () => {
  it('has the hold before it returns if nothing has to wait', async () => {
    const permits = new Permits(3);
    const promise = ask(permits, { permits: 2 });
    expect(permits.free).toBe(1);
    const guard = await promise;
    expect(guard.released).toBe(false);
    guard.release();
    expect(permits.free).toBe(3);
  });

  it('waits for its turn', async () => {
    const permits = new Permits(1);
    const first = await ask(permits);
    const order: string[] = [];
    const others = ['second', 'third'].map((name) =>
      ask(permits).then((guard) => {
        order.push(name);
        guard.release();
      }),
    );
    expect(permits.line.size).toBe(2);
    first.release();
    expect([permits.free, permits.line.size]).toEqual([0, 1]);
    await Promise.all(others);
    expect([order, permits.free]).toEqual([['second', 'third'], 1]);
  });

  it('makes the guard of its verb when the hold begins, with the line and the request', async () => {
    const made = vi.fn();
    class Counted extends Hold<number> {
      constructor(line: LockLine<number>, request: number) {
        super(line, request);
        made(line, request);
      }
    }
    const counted: GuardVerb<unknown, number, PermitOptions, Counted> = { ...ACQUIRE, Guard: Counted };
    const permits = new Permits(3);
    const first = await acquire(permits.line, counted, permits, { permits: 3 });
    expect(made.mock.calls).toEqual([[permits.line, 3]]);
    const second = acquire(permits.line, counted, permits, { permits: 2 });
    expect(made).toHaveBeenCalledOnce();
    first.release();
    expect(made.mock.calls.slice(1)).toEqual([[permits.line, 2]]);
    expect(await second).toBeInstanceOf(Counted);
  });

  it('rejects with a TimeoutError, with the reason of a signal or with that of a cancel', async () => {
    const permits = new Permits(0, 'doors');
    await expect(ask(permits, { timeout: 0 })).rejects.toThrow('Permits "doors": acquire() timed out after 0 ms');
    await expect(ask(permits, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const controller = new AbortController();
    const waits = [ask(permits, { signal: controller.signal }), ask(permits)];
    const outcomes = Promise.allSettled(waits);
    controller.abort('stop');
    permits.line.cancelAll('over');
    expect((await outcomes).map((outcome) => (outcome as PromiseRejectedResult).reason)).toEqual(['stop', 'over']);
    expect([permits.free, permits.line.size]).toEqual([0, 0]);
  });

  it('rejects for bad arguments, and takes nothing', async () => {
    const permits = new Permits(1);
    await expect(ask(permits, null as never)).rejects.toThrow(/^options must be an object/);
    await expect(ask(permits, { timeout: null as never })).rejects.toThrow(/^timeout must be a number/);
    await expect(ask(permits, { priority: Number.NaN })).rejects.toThrow(RangeError);
    const request = vi.fn().mockThrow(new RangeError('too many'));
    await expect(acquire(permits.line, { ...ACQUIRE, request }, permits, {})).rejects.toThrow('too many');
    expect([permits.free, permits.asked]).toEqual([1, []]);
  });
});

describe('tryAcquire()', () => {
  it('returns a guard if nothing has to wait, else undefined', () => {
    const permits = new Permits(3);
    const guard = tryAcquire(permits.line, ACQUIRE, 2);
    expect([guard?.released, permits.free]).toEqual([false, 1]);
    expect(tryAcquire(permits.line, ACQUIRE, 2)).toBe(undefined);
    guard?.release();
    expect([permits.free, permits.line.size]).toEqual([3, 0]);
  });
});
