import { changingThen, hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { describe, expect, it, vi } from 'vitest';
import { adopt, react } from '../../src/runtime/thenable.ts';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

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

  it('follows a promise with a `then` of its own by that one, later and once', async () => {
    const promise = Promise.resolve('own');
    const then = vi.spyOn(promise, 'then');
    const adopted = adopt(promise);
    expect(then).not.toHaveBeenCalled();
    expect(await adopted).toBe('own');
    expect(then).toHaveBeenCalledTimes(1);
  });

  it('heeds only the first call of a foreign promise', async () => {
    const foreign = thenable((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
      resolve(1);
      reject(2);
      resolve(3);
      throw new Error('ignored');
    });
    expect(await adopt(foreign)).toBe(1);
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

  it('reads `then` once', async () => {
    const reads: PropertyKey[] = [];
    const spied = new Proxy(
      thenable((resolve: (value: unknown) => void) => resolve(1)),
      {
        get(target, key, receiver): unknown {
          reads.push(key);
          return Reflect.get(target, key, receiver);
        },
      },
    );
    const adopted = adopt(spied);
    await settled();
    expect([reads, await adopted]).toEqual([['then'], 1]);
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

  it('does not read `then` again, which could have changed since it was read', async () => {
    const promise = changingThen('value');
    expect(adopt(promise)).toBe(promise);
    const [onValue, onError] = [vi.fn(), vi.fn()];
    await react(promise, onValue, onError);
    expect([onValue.mock.calls, onError.mock.calls]).toEqual([[['value']], []]);
  });
});
