import {
  acquireAll,
  Barrier,
  KeyedLocks,
  type Lockable,
  Mutex,
  ReadWriteLock,
  Semaphore,
  type Several,
  sandboxAll,
  tryAcquireAll,
} from 'valvekit';
import { describe, expect, it, vi } from 'vitest';

const permits = (count: number): { permits: number } => ({ permits: count });

/** What calling with this list says. It must take nothing, and all three functions must say the same. */
async function refusal(list: unknown): Promise<string> {
  const locks = list as Several;
  const errors = [
    await acquireAll(locks).catch((error: unknown) => error),
    await sandboxAll(locks, () => {}).catch((error: unknown) => error),
    thrownBy(() => tryAcquireAll(locks)),
  ].map(String);
  expect(new Set(errors).size).toBe(1);
  return errors[0] as string;
}

function thrownBy(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

describe('the list', () => {
  it('is read once, synchronously', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const read = vi.fn(function* () {
      yield a;
      yield b;
    });
    const locks = { [Symbol.iterator]: read };
    const held = await a.acquire();
    const promise = acquireAll(locks);
    expect([read.mock.calls.length, a.waiting, b.waiting]).toEqual([1, 1, 1]);
    held.release();
    (await promise).release();
    expect(read).toHaveBeenCalledOnce();
  });

  it('may be any iterable, and may change afterwards', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const held = await a.acquire();
    const list: Lockable[] = [a];
    const promise = acquireAll(list);
    list.push(b);
    held.release();
    await promise;
    expect([a.isLocked, b.isLocked]).toEqual([true, false]);
    const guard = await acquireAll(new Set([b]));
    expect(b.isLocked).toBe(true);
    guard.release();
  });

  it('passes on what reading it throws, and takes nothing', async () => {
    const a = new Mutex();
    const locks = {
      *[Symbol.iterator]() {
        yield a;
        throw new Error('no more');
      },
    };
    expect(await refusal(locks)).toBe('Error: no more');
    expect([a.isLocked, a.waiting]).toEqual([false, 0]);
  });

  it('is read to its end before any lock is entered', async () => {
    const family = new KeyedLocks();
    const sizes: number[] = [];
    function* locks(): Generator<Lockable> {
      yield family.mutex('a');
      sizes.push(family.size);
      yield family.mutex('b');
      sizes.push(family.size);
    }
    (await acquireAll(locks())).release();
    expect(sizes).toEqual([0, 0]);
  });

  it.each([[5], [null], [undefined], [{}], [new Mutex()], [() => {}]])('must be iterable, and not %s', async (list) => {
    expect(await refusal(list)).toMatch(/^TypeError: locks must be an iterable, but is /);
  });
});

describe('an item', () => {
  const foreign: Lockable = {
    acquire: () => Promise.reject(new Error('never')),
    tryAcquire: () => undefined,
    sandbox: () => Promise.reject(new Error('never')),
  };

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['5', 5],
    ['"text"', 'text'],
    ['a function', () => {}],
    ['[object Object]', {}],
    ['[object Object]', foreign],
    ['[object ReadWriteLock]', new ReadWriteLock()],
    ['[object KeyedLocks]', new KeyedLocks()],
    ['[object Barrier]', new Barrier('red')],
  ])('must be a lock whose line can be joined, and not %s', async (shown, item) => {
    const a = new Mutex();
    expect(await refusal([a, item])).toBe(
      `TypeError: locks[1] must be a Mutex, a Semaphore, a side of a ReadWriteLock or a lock of KeyedLocks, and none of lite, but is ${shown}`,
    );
    expect(await refusal([[item, permits(1)]])).toMatch(/^TypeError: locks\[0\] must be a Mutex, /);
    expect([a.isLocked, a.waiting]).toEqual([false, 0]);
  });

  it.each([[5], [null], ['text']])('may have options, but not %s', async (options) => {
    expect(await refusal([[new Mutex(), options]])).toMatch(/^TypeError: options must be an object, but is /);
  });

  it('passes on what reading its permits throws', async () => {
    const family = new KeyedLocks();
    const options = {
      get permits(): number {
        throw new Error('no permits');
      },
    };
    expect(await refusal([family.mutex('a'), [family.semaphore('b', 1), options]])).toBe('Error: no permits');
    expect(family.size).toBe(0);
  });
});

describe('permits', () => {
  it.each([
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    ['1', TypeError],
    [null, TypeError],
  ])('cannot be %s', async (count, Class) => {
    const [a, semaphore] = [new Mutex(), new Semaphore(3)];
    const text = await refusal([a, [semaphore, permits(count as never)]]);
    expect(text).toMatch(new RegExp(`^${Class.name}: permits must be an integer of at least 1, but is `));
    expect([a.isLocked, semaphore.available]).toEqual([false, 3]);
  });

  it('are 1 by default', async () => {
    const semaphore = new Semaphore(3);
    const guard = await acquireAll([semaphore]);
    expect(semaphore.available).toBe(2);
    guard.release();
    const another = await acquireAll([[semaphore, {}]]);
    expect(semaphore.available).toBe(2);
    another.release();
    const last = await acquireAll([[semaphore, { permits: undefined }]]);
    expect(semaphore.available).toBe(2);
    last.release();
    expect(semaphore.available).toBe(3);
  });

  it('of one semaphore add up', async () => {
    const semaphore = new Semaphore(6);
    const guard = await acquireAll([semaphore, [semaphore, permits(2)], new Mutex(), [semaphore, permits(3)]]);
    expect(semaphore.available).toBe(0);
    guard.release();
    expect(semaphore.available).toBe(6);
  });

  it('must not add up to more than the capacity', async () => {
    const semaphore = new Semaphore(3);
    expect(await refusal([[semaphore, permits(2)], semaphore, semaphore])).toBe(
      'RangeError: permits must be at most the capacity, 3, but is 4',
    );
    expect([semaphore.available, semaphore.waiting]).toEqual([3, 0]);
  });

  it.each([
    ['a Mutex', () => new Mutex({ name: 'm' }), 'Mutex "m"'],
    ['a side', () => new ReadWriteLock().read, 'ReadWriteLock'],
    ['a keyed mutex', () => new KeyedLocks().mutex('k'), 'KeyedLocks mutex "k"'],
    ['a keyed side to write', () => new KeyedLocks().readWriteLock('k').write, 'KeyedLocks readWriteLock "k"'],
    ['a keyed side to read', () => new KeyedLocks().readWriteLock('k').read, 'KeyedLocks readWriteLock "k"'],
  ])('other than 1 are refused for %s, which has none', async (_, make, shown) => {
    const lock = make();
    (await acquireAll([[lock, permits(1)]])).release();
    expect(await refusal([[lock, permits(2)]])).toBe(
      `TypeError: permits must be 1, because ${shown} has no permits, but is 2`,
    );
    expect(await refusal([[lock, permits(null as never)]])).toMatch(/^TypeError: permits must be 1,/);
    lock.tryAcquire()?.release();
  });
});

describe('the same lock twice', () => {
  it('counts once: a mutex, a side', async () => {
    const [mutex, lock] = [new Mutex(), new ReadWriteLock()];
    const guard = await acquireAll([mutex, lock.read, mutex, lock.read]);
    expect([mutex.isLocked, lock.readers]).toEqual([true, 1]);
    guard.release();
    expect([mutex.isLocked, lock.readers]).toEqual([false, 0]);
    const held = await mutex.acquire();
    const promise = acquireAll([mutex, mutex]);
    expect(mutex.waiting).toBe(1);
    held.release();
    (await promise).release();
    const writing = await acquireAll([lock.write, lock.write]);
    writing.release();
    expect(lock.isLocked).toBe(false);
  });

  const sides = ['read', 'write', 'upgradable'] as const;
  const pairs = sides.flatMap((one) => sides.filter((other) => other !== one).map((other) => [one, other] as const));

  it.each(pairs)('is refused if it is to be held in two ways: %s and %s', async (one, other) => {
    const [a, lock] = [new Mutex(), new ReadWriteLock({ name: 'cache' })];
    expect(await refusal([a, lock[one], lock[other]])).toBe(
      'TypeError: locks must name only one side of ReadWriteLock "cache"',
    );
    expect([a.isLocked, lock.isLocked]).toEqual([false, false]);
  });

  it('is found among many', async () => {
    const locks = Array.from({ length: 100 }, () => new Mutex());
    const guard = await acquireAll([...locks, ...locks]);
    guard.release();
    expect(locks.some(({ isLocked }) => isLocked)).toBe(false);
  });
});
