import { changingThen, hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { describe, expect, it, vi } from 'vitest';
import { adopt, react } from '../../src/runtime/thenable.ts';

describe('adopt()', () => {
  it.each([undefined, null, 0, 'text', true, Symbol('s'), 5n, {}, [], () => {}, thenable('later'), thenable(null)])(
    'returns undefined for %s, which is no promise',
    (value) => {
      expect(adopt(value)).toBe(undefined);
    },
  );

  it('returns a native promise as it is', () => {
    const promise = Promise.resolve(1);
    expect(adopt(promise)).toBe(promise);
  });

  it('calls a foreign `then` later and once, and heeds only its first call', async () => {
    let calls = 0;
    const foreign = thenable((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
      calls++;
      resolve(1);
      reject(2);
      resolve(3);
      throw new Error('ignored');
    });
    const adopted = adopt(foreign);
    expect(calls).toBe(0);
    expect(await adopted).toBe(1);
    expect(calls).toBe(1);
  });

  it('rejects with what a foreign `then` throws', async () => {
    const foreign = Object.assign(
      () => {},
      thenable(() => {
        throw 'thrown';
      }),
    );
    await expect(adopt(foreign)).rejects.toBe('thrown');
  });

  it('throws what reading `then` throws', () => {
    const error = new Error('getter');
    expect(() => adopt(hostileThenable(error))).toThrow(error);
  });
});

describe('react()', () => {
  it('calls one of the functions, and resolves to what that returns', async () => {
    const onValue = vi.fn((value: unknown) => `value ${String(value)}`);
    const onError = vi.fn((error: unknown) => `error ${String(error)}`);
    expect(await react(Promise.resolve(1), onValue, onError)).toBe('value 1');
    expect(await react(Promise.reject('no'), onValue, onError)).toBe('error no');
    expect([onValue.mock.calls, onError.mock.calls]).toEqual([[[1]], [['no']]]);
  });

  it('follows a native promise without its `then`, as `await` does', async () => {
    const promise = changingThen('value');
    expect(adopt(promise)).toBe(promise);
    const [onValue, onError] = [vi.fn(), vi.fn()];
    await react(promise, onValue, onError);
    expect([onValue.mock.calls, onError.mock.calls]).toEqual([[['value']], []]);
  });
});
