// What map and stream make of the types of their lock, source and function.
import type {
  Acquirable,
  AsyncLockable,
  Guard,
  Lease,
  Locks,
  PermitOptions,
  StreamOptions,
  WaitOptions,
} from 'valvekit';
import { KeyedLocks, Mutex, map, ReadWriteLock, Semaphore, stream } from 'valvekit';
import { describe, expectTypeOf, it } from 'vitest';

interface FencedLease extends Lease {
  readonly token: number;
}
interface RemoteLock<L extends FencedLease = FencedLease, O extends WaitOptions = WaitOptions>
  extends AsyncLockable<L, O> {
  cancel(reason?: unknown): void;
}

declare const remote: RemoteLock<FencedLease, PermitOptions>;
declare const any: Acquirable;
declare const locks: Locks;
const semaphore = new Semaphore(5);

describe('map', () => {
  it('resolves to what fn returns, awaited', () => {
    expectTypeOf(map(semaphore, ['x'], async (item) => item.length)).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(map(semaphore, ['x'], (item) => item.length)).toEqualTypeOf<Promise<number[]>>();
    const either = map(new Mutex(), new Set(['a']), (t) => (t ? 1 : Promise.resolve(2)), { signal: null, priority: 2 });
    expectTypeOf(either).toEqualTypeOf<Promise<number[]>>();
  });

  it('takes the item from the source', () => {
    async function* letters() {
      yield 'a' as const;
    }
    void map(semaphore, letters(), (item, index) => {
      expectTypeOf(item).toEqualTypeOf<'a'>();
      expectTypeOf(index).toEqualTypeOf<number>();
    });
    const both = ['a'] as Iterable<string> | AsyncIterable<string>;
    void map(semaphore, both, (item) => expectTypeOf(item).toEqualTypeOf<string>());
    void map(semaphore, new Map([['a', 1]]), ([key, value]) => {
      expectTypeOf(key).toEqualTypeOf<string>();
      expectTypeOf(value).toEqualTypeOf<number>();
    });
  });

  it('gives fn the lease of a lock of a wider scope', () => {
    const results = map(remote, ['x'], (item, i, { token, signal }) => `${item}${i}${token}${signal.aborted}`);
    expectTypeOf(results).toEqualTypeOf<Promise<string[]>>();
    void map(remote, ['x'], (_item, _index, lease) => expectTypeOf(lease).toEqualTypeOf<FencedLease>());
  });

  it('gives it perhaps a lease where the scope is not known', () => {
    void map(any, ['x'], (_item, _index, lease) => {
      expectTypeOf(lease).toEqualTypeOf<Lease | undefined>();
      return lease?.signal;
    });
    void map(locks.semaphore('api', 5), ['x'], (_item, _index, lease) => lease?.signal);
  });

  it('takes every lock', () => {
    const keyed = new KeyedLocks();
    const rw = new ReadWriteLock();
    const guarded = {} as Acquirable<Guard>;
    for (const lock of [keyed.mutex('a'), keyed.semaphore('a', 2), rw.read, rw.write, rw.upgradable, guarded]) {
      expectTypeOf(map(lock, [1], (n) => n)).toEqualTypeOf<Promise<number[]>>();
    }
    expectTypeOf(map(rw.write, [1], (n) => n)).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(map(keyed.semaphore('a', 2), [1], (n) => n)).toEqualTypeOf<Promise<number[]>>();
  });

  it('takes functions that ignore or want what they are given', () => {
    expectTypeOf(map(semaphore, ['1'], Number)).toEqualTypeOf<Promise<number[]>>();
    const text = async (url: string): Promise<string> => url;
    expectTypeOf(map(semaphore, ['a'], text)).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(map(remote, ['a'], text)).toEqualTypeOf<Promise<string[]>>();
  });

  it('refuses what does not fit', () => {
    // @ts-expect-error no lock
    void map({}, [1], () => {});
    // @ts-expect-error no source
    void map(semaphore, 5, () => {});
    // @ts-expect-error another item
    void map(semaphore, ['a'], (n: number) => n);
    // @ts-expect-error a lock of this thread has no leases
    void map(semaphore, ['a'], (_item, _index, { token }: FencedLease) => token);
    // @ts-expect-error one hold for each call
    void map(semaphore, ['a'], () => {}, { permits: 2 });
    // @ts-expect-error null is no timeout
    void map(semaphore, ['a'], () => {}, { timeout: null });
    // @ts-expect-error an option of stream
    void map(semaphore, ['a'], () => {}, { ordered: false });
  });
});

describe('stream', () => {
  it('gives what fn returns, awaited', async () => {
    const results = stream(semaphore, ['x'], async (item) => item.length, { ordered: false, buffer: 4, timeout: 5 });
    expectTypeOf(results).toEqualTypeOf<AsyncIterableIterator<number>>();
    for await (const result of results) expectTypeOf(result).toEqualTypeOf<number>();
    expectTypeOf(stream(semaphore, [1], (n) => n)).toExtend<AsyncIterable<number>>();
    expectTypeOf(
      map(
        semaphore,
        stream(semaphore, [1], (n) => `${n}`),
        (s) => s,
      ),
    ).toEqualTypeOf<Promise<string[]>>();
  });

  it('gives fn the lease, as map does', () => {
    const results = stream(remote, ['x'], (_item, _index, { token }) => token, { buffer: Number.POSITIVE_INFINITY });
    expectTypeOf(results).toEqualTypeOf<AsyncIterableIterator<number>>();
    void stream(any, ['x'], (_item, _index, lease) => expectTypeOf(lease).toEqualTypeOf<Lease | undefined>());
  });

  it('takes undefined for every option', () => {
    expectTypeOf<{ ordered: undefined; buffer: undefined; signal: null }>().toExtend<StreamOptions>();
    // @ts-expect-error no boolean
    void stream(semaphore, ['x'], () => {}, { ordered: 'yes' });
    // @ts-expect-error no number
    void stream(semaphore, ['x'], () => {}, { buffer: '4' });
  });
});
