import {
  type Acquirable,
  type AsyncLockable,
  type Guard,
  type Lease,
  type Lockable,
  Mutex,
  map,
  type PermitOptions,
  ReadWriteLock,
  Semaphore,
  stream,
  type WaitOptions,
} from 'valvekit';
import { assertType, describe, expectTypeOf, it } from 'vitest';

interface FencedLease extends Lease {
  readonly token: number;
}

declare const remote: AsyncLockable<FencedLease, PermitOptions>;
declare const anyLock: Acquirable;
declare const items: AsyncIterable<{ id: number }>;

describe('map()', () => {
  it('infers the results, awaited', () => {
    expectTypeOf(map(new Semaphore(), ['x'], async (item) => item.length)).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(map(new Mutex(), new Set(['a']), (t) => (t ? 1 : Promise.resolve(2)))).toEqualTypeOf<
      Promise<number[]>
    >();
  });

  it('infers the items, of any iterable', () => {
    void map(new Semaphore(), items, (item, index) => expectTypeOf([item.id, index]).toEqualTypeOf<number[]>());
    void map(new Semaphore(), 'text', (item) => expectTypeOf(item).toEqualTypeOf<string>());
    void map(new Semaphore(), [Promise.resolve(1)], (item) => expectTypeOf(item).toEqualTypeOf<Promise<number>>());
  });

  it('passes the lease of the lock', () => {
    const results = map(remote, ['x'], (item, i, { token, signal }) => `${item}${i}${token}${signal.aborted}`);
    expectTypeOf(results).toEqualTypeOf<Promise<string[]>>();
    void map(anyLock, ['x'], (_item, _index, lease) => lease && expectTypeOf(lease).toEqualTypeOf<Lease>());
    // @ts-expect-error -- a lock of this thread has no lease
    void map(new Semaphore(), ['x'], (_item, _index, lease: Lease) => lease.signal);
  });

  it('takes every lock', () => {
    const lock = new ReadWriteLock();
    const locks: Acquirable[] = [new Mutex(), new Semaphore(), lock.read, lock.write, lock.upgradable, remote];
    for (const each of locks) expectTypeOf(map(each, [1], (n) => n)).toEqualTypeOf<Promise<number[]>>();
    const lockables: Lockable[] = [new Mutex(), new Semaphore()];
    for (const each of lockables) void map(each, [1], (n) => n);
    // @ts-expect-error -- a guard is no lock
    void map({} as Guard, [1], (n) => n);
  });

  it('takes the options of a wait', () => {
    const options: WaitOptions = { timeout: 5, signal: null, priority: 2 };
    void map(new Mutex(), [1], (n) => n, options);
    void map(new Semaphore(), [1], (n) => n, { timeout: undefined, signal: undefined, priority: undefined });
    // @ts-expect-error -- a number is no options
    void map(new Mutex(), [1], (n) => n, 5);
  });
});

describe('stream()', () => {
  it('infers the results, awaited', () => {
    expectTypeOf(stream(new Semaphore(), ['x'], async (item) => item.length)).toEqualTypeOf<
      AsyncIterableIterator<number>
    >();
    expectTypeOf(stream(remote, items, ({ id }, _index, { token }) => id + token)).toEqualTypeOf<
      AsyncIterableIterator<number>
    >();
  });

  it('can be looped over', async () => {
    for await (const n of stream(new Semaphore(), [1], (item) => item)) expectTypeOf(n).toEqualTypeOf<number>();
  });

  it('takes the options of a wait, and its own', () => {
    assertType(stream(new Mutex(), [1], (n) => n, { ordered: false, buffer: 5, timeout: 5, signal: null }));
    assertType(stream(new Mutex(), [1], (n) => n, { ordered: undefined, buffer: Number.POSITIVE_INFINITY }));
    // @ts-expect-error -- no order has a name
    stream(new Mutex(), [1], (n) => n, { ordered: 'yes' });
  });
});
