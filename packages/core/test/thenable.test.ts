import { hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { expect, it, vi } from 'vitest';
import { follow } from '../src/thenable.ts';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

it.each([undefined, null, 0, 'text', true, Symbol('s'), 5n, {}, [], () => {}, thenable('later'), thenable(null)])(
  '%s is no promise',
  async (value) => {
    const hear = vi.fn();
    expect(follow(value, hear, hear)).toBe(false);
    await settled();
    expect(hear).not.toHaveBeenCalled();
  },
);

it('follows a native promise with one reaction', async () => {
  const [onValue, onError] = [vi.fn(), vi.fn()];
  expect(follow(Promise.resolve(1), onValue, onError)).toBe(true);
  expect(onValue).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(onValue.mock.calls).toEqual([[1]]);
  expect(follow(Promise.reject(2), onValue, onError)).toBe(true);
  await settled();
  expect([onValue.mock.calls.length, onError.mock.calls]).toEqual([1, [[2]]]);
});

it('follows a promise with a then of its own by that, later and once', async () => {
  const promise = Promise.resolve('own');
  const then = vi.spyOn(promise, 'then');
  const onValue = vi.fn();
  expect(follow(promise, onValue, vi.fn())).toBe(true);
  expect(then).not.toHaveBeenCalled();
  await settled();
  expect([then.mock.calls.length, onValue.mock.calls]).toEqual([1, [['own']]]);
});

it('believes only the first word of a foreign promise', async () => {
  const [onValue, onError] = [vi.fn(), vi.fn()];
  const foreign = thenable((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
    resolve(1);
    reject(2);
    resolve(3);
    throw new Error('ignored');
  });
  expect(follow(foreign, onValue, onError)).toBe(true);
  expect(onValue).not.toHaveBeenCalled();
  await settled();
  expect([onValue.mock.calls, onError.mock.calls]).toEqual([[[1]], []]);
});

it('takes what a foreign then throws for its failure', async () => {
  const [onValue, onError] = [vi.fn(), vi.fn()];
  const foreign = Object.assign(
    () => {},
    thenable(() => {
      throw 'thrown';
    }),
  );
  expect(follow(foreign, onValue, onError)).toBe(true);
  await settled();
  expect([onValue.mock.calls, onError.mock.calls]).toEqual([[], [['thrown']]]);
});

it('reads then once', async () => {
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
  const onValue = vi.fn();
  expect(follow(spied, onValue, vi.fn())).toBe(true);
  await settled();
  expect([reads, onValue.mock.calls]).toEqual([['then'], [[1]]]);
});

it('throws what reading then throws', () => {
  const error = new Error('getter');
  expect(() => follow(hostileThenable(error), vi.fn(), vi.fn())).toThrow(error);
});
