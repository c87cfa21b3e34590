import type { PermitOptions } from '@valvekit/core';
import { sandbox } from '@valvekit/core/line';
import { changingThen, hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { describe, expect, it, vi } from 'vitest';
import { ENTER, Permits, SANDBOX } from '../permits.ts';

function run<R>(permits: Permits, fn: () => R, options?: PermitOptions): Promise<Awaited<R>> {
  return sandbox(permits.line, SANDBOX, permits, fn, options);
}

const microtasks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('sandbox() on a free lock', () => {
  it('gives back before it returns if the function returns no promise', async () => {
    const permits = new Permits(3);
    const result = run(permits, () => permits.free, { permits: 2 });
    expect(permits.free).toBe(3);
    expect(await result).toBe(1);
  });

  it('gives back when the promise of the function settles', async () => {
    const permits = new Permits(1);
    const value = run(permits, async () => 2);
    expect(permits.free).toBe(0);
    expect(await value).toBe(2);
    expect(permits.free).toBe(1);
    await expect(run(permits, async () => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect(permits.free).toBe(1);
  });

  it('gives back when the function throws', async () => {
    const permits = new Permits(1);
    const error = new Error('thrown');
    const result = run(permits, vi.fn().mockThrow(error));
    expect(permits.free).toBe(1);
    await expect(result).rejects.toBe(error);
  });

  it('settles before the waiter that it lets follow', async () => {
    const permits = new Permits(1);
    const order: string[] = [];
    const first = run(permits, async () => {}).then(() => order.push('first'));
    const second = run(permits, () => {}).then(() => order.push('second'));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('settles before the waiter that it lets follow if its promise rejects, too', async () => {
    const permits = new Permits(1);
    const order: string[] = [];
    const first = run(permits, () => Promise.reject(new Error('out'))).catch(() => order.push('first'));
    const second = run(permits, () => {}).then(() => order.push('second'));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });
});

describe('sandbox() on a held lock', () => {
  /** A lock that is held until `free` is called. */
  function heldLock() {
    const permits = new Permits(1);
    permits.line.admitNow(1, ENTER);
    return { permits, free: () => permits.line.giveBack(1) };
  }

  it('runs the function inside the call that grants it, and gives back before that call returns', async () => {
    const { permits, free } = heldLock();
    const fn = vi.fn(() => permits.free);
    const result = run(permits, fn);
    expect(fn).not.toHaveBeenCalled();
    free();
    expect([fn.mock.calls, permits.free]).toEqual([[[]], 1]);
    expect(await result).toBe(0);
  });

  it('gives back when the promise of the function settles', async () => {
    const { permits, free } = heldLock();
    const value = run(permits, async () => 2);
    const failure = run(permits, () => Promise.reject(new Error('rejected')));
    const last = run(permits, () => permits.free);
    free();
    expect([permits.free, permits.line.size]).toEqual([0, 2]);
    expect(await value).toBe(2);
    await expect(failure).rejects.toThrow('rejected');
    expect([await last, permits.free]).toEqual([0, 1]);
  });

  it('rejects with what the function throws, and reports nothing', async () => {
    const { permits, free } = heldLock();
    const error = new Error('thrown');
    const result = run(permits, vi.fn().mockThrow(error));
    expect(free).not.toThrow();
    expect(permits.free).toBe(1);
    await expect(result).rejects.toBe(error);
  });

  it('does not run the function if the wait is given up', async () => {
    const { permits, free } = heldLock();
    const fn = vi.fn();
    const result = run(permits, fn);
    permits.line.cancelAll('over');
    await expect(result).rejects.toBe('over');
    free();
    expect(fn).not.toHaveBeenCalled();
  });
});

describe.each(['free', 'held'])('sandbox() on a %s lock', (state) => {
  function lock(): { permits: Permits; free: () => void } {
    const permits = new Permits(1);
    if (state === 'free') return { permits, free() {} };
    permits.line.admitNow(1, ENTER);
    return { permits, free: () => permits.line.giveBack(1) };
  }

  it('follows a foreign promise, and heeds its first call only', async () => {
    const { permits, free } = lock();
    const foreign = thenable((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
      resolve('first');
      reject('second');
    });
    const result = run(permits, () => foreign);
    free();
    expect(await result).toBe('first');
    await microtasks();
    expect(permits.free).toBe(1);
  });

  it('gives back once, whatever becomes of the `then` of a promise', async () => {
    const { permits, free } = lock();
    const result = run(permits, () => changingThen('value'));
    free();
    expect(await result).toBe('value');
    await microtasks();
    expect(permits.free).toBe(1);
  });

  it('rejects and gives back if reading `then` throws', async () => {
    const { permits, free } = lock();
    const error = new Error('unreadable');
    const result = run(permits, () => hostileThenable(error));
    free();
    expect(permits.free).toBe(1);
    await expect(result).rejects.toBe(error);
  });
});

describe('sandbox()', () => {
  it('keeps its place among other forms', async () => {
    const permits = new Permits(1);
    permits.line.admitNow(1, ENTER);
    const order: string[] = [];
    const all = [1, 2, 3].map((i) => run(permits, () => order.push(`${i}`)));
    permits.line.giveBack(1);
    await Promise.all(all);
    expect(order).toEqual(['1', '2', '3']);
  });

  it('refuses what is no function, by name, and takes nothing', async () => {
    const permits = new Permits(1);
    await expect(run(permits, 5 as never)).rejects.toThrow(new TypeError('fn must be a function, but is 5'));
    await expect(run(permits, () => {}, null as never)).rejects.toThrow(/^options must be an object/);
    expect([permits.free, permits.asked]).toEqual([1, []]);
  });

  it('rejects without running the function if it is refused', async () => {
    const permits = new Permits(0);
    const fn = vi.fn();
    await expect(run(permits, fn, { timeout: 0 })).rejects.toThrow('Permits: sandbox() timed out after 0 ms');
    await expect(run(permits, fn, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const request = vi.fn().mockThrow(new RangeError('too many'));
    await expect(sandbox(permits.line, { ...SANDBOX, request }, permits, fn, {})).rejects.toThrow('too many');
    expect(fn).not.toHaveBeenCalled();
  });
});
