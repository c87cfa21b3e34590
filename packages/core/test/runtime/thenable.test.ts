import { hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { expect, it, vi } from 'vitest';
import { adopt } from '../src/thenable.ts';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

it.each([undefined, null, 0, 'text', true, Symbol('s'), 5n, {}, [], () => {}, thenable('later'), thenable(null)])(
  '%s is no promise',
  (value) => {
    expect(adopt(value)).toBe(undefined);
  },
);

it('takes a native promise as it is', () => {
  const promise = Promise.resolve(1);
  expect(adopt(promise)).toBe(promise);
});

it('follows a promise with a then of its own by that, later and once', async () => {
  const promise = Promise.resolve('own');
  const then = vi.spyOn(promise, 'then');
  const adopted = adopt(promise);
  expect(then).not.toHaveBeenCalled();
  expect(await adopted).toBe('own');
  expect(then).toHaveBeenCalledTimes(1);
});

it('believes only the first word of a foreign promise', async () => {
  const foreign = thenable((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
    resolve(1);
    reject(2);
    resolve(3);
    throw new Error('ignored');
  });
  expect(await adopt(foreign)).toBe(1);
});

it('takes what a foreign then throws for its failure', async () => {
  const foreign = Object.assign(
    () => {},
    thenable(() => {
      throw 'thrown';
    }),
  );
  await expect(adopt(foreign)).rejects.toBe('thrown');
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
  const adopted = adopt(spied);
  await settled();
  expect([reads, await adopted]).toEqual([['then'], 1]);
});

it('throws what reading then throws', () => {
  const error = new Error('getter');
  expect(() => adopt(hostileThenable(error))).toThrow(error);
});
