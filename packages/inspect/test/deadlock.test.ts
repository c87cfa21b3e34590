import { watch } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import { rest } from '@valvekit-internal/laws/rest';
import {
  acquireAll,
  KeyedLocks,
  type Lockable,
  Mutex,
  map,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  TimeoutError,
} from 'valvekit';
import { expect, test, vi } from 'vitest';
import { WatchedLock } from '../src/graph.ts';
import { watch as sourceOfWatch } from '../src/watch.ts';
import { reportsOf } from './reports-of.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => new Mutex({ name })) as [Mutex, Mutex, Mutex];
const nothing = () => {};

/** Enters the locks one inside the other, each a macrotask later. Its end is given up after some time. */
function nested(...locks: Lockable[]): Promise<unknown> {
  const [outer, ...inner] = locks;
  if (outer === undefined) return Promise.resolve();
  const enter = () => outer.sandbox(() => rest().then(() => nested(...inner)), { timeout: 50 });
  return enter().catch(expectTimeout);
}

function expectTimeout(error: unknown): void {
  expect(error).toBeInstanceOf(TimeoutError);
}

test('reports a mutex that is entered twice', async () => {
  using seen = reportsOf([a]);
  await nested(a, a);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 1 holds Mutex "a": sandbox()`,
  ]);
});

test('reports two mutexes that are entered in opposite order', async () => {
  using seen = reportsOf([a, b]);
  await Promise.all([nested(a, b), nested(b, a)]);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 2 holds Mutex "a": sandbox()
  task 2 waits for Mutex "b": sandbox()
  task 1 holds Mutex "b": sandbox()`,
  ]);
});

test('reports a cycle of three', async () => {
  using seen = reportsOf([Mutex]);
  await Promise.all([nested(a, b), nested(b, c), nested(c, a)]);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Mutex "a": sandbox()
  task 2 holds Mutex "a": sandbox()
  task 2 waits for Mutex "b": sandbox()
  task 3 holds Mutex "b": sandbox()
  task 3 waits for Mutex "c": sandbox()
  task 1 holds Mutex "c": sandbox()`,
  ]);
});

test('reports a semaphore whose holders all wait for it', async () => {
  const pool = new Semaphore(2, { name: 'pool' });
  using seen = reportsOf([pool]);
  await Promise.all([nested(pool, pool), nested(pool, pool)]);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Semaphore "pool": sandbox()
  task 2 holds Semaphore "pool": sandbox()
  task 1 holds Semaphore "pool": sandbox()
  task 2 waits for Semaphore "pool": sandbox()`,
  ]);
});

test('reports a read hold that asks to write', async () => {
  const lock = new ReadWriteLock({ name: 'prices' });
  using seen = reportsOf([lock]);
  await nested(lock.read, lock.write);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for ReadWriteLock "prices": write.sandbox()
  task 1 holds ReadWriteLock "prices": read.sandbox()`,
  ]);
});

test('reports a request for several locks that keeps the line of one of them closed', async () => {
  using seen = reportsOf([a, b]);
  const holder = nested(b, a);
  const both = acquireAll([a, b], { timeout: 50 }).then((guard) => guard.release(), expectTimeout);
  await Promise.all([holder, both]);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Mutex "a": sandbox()
  waits for Mutex "a": acquireAll()
  waits for Mutex "b": acquireAll()
  task 1 holds Mutex "b": sandbox()`,
  ]);
});

test('reports a function under several locks, in no sandbox, that waits for one who waits for one of them', async () => {
  using seen = reportsOf([a, b, c]);
  const all = sandboxAll([a, b], () => rest().then(() => nested(c)), { timeout: 50 });
  await Promise.all([all, nested(c, b)]);
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Mutex "b": sandbox()
  task 2 holds Mutex "b": sandboxAll()
  task 2 waits for Mutex "c": sandbox()
  task 1 holds Mutex "c": sandbox()`,
  ]);
});

test('reports the same if these had to wait', async () => {
  using seen = reportsOf([a, b, c]);
  const guard = a.tryAcquire();
  const all = sandboxAll([a, b], () => rest().then(() => nested(c)));
  guard?.release();
  await Promise.all([all, nested(c, b)]);
  expect(seen.texts.length).toBe(1);
});

test('reports calls of map, in no sandbox, that wait for one another', async () => {
  const pool = new Semaphore(2, { name: 'pool' });
  using seen = reportsOf([pool]);
  await map(pool, [1, 2], () => rest().then(() => nested(pool)));
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Semaphore "pool": sandbox()
  task 2 holds Semaphore "pool": map()
  task 1 holds Semaphore "pool": map()
  task 2 waits for Semaphore "pool": sandbox()`,
  ]);
});

test('reports the same of a lock that map asks by its methods', async () => {
  const pool = new lite.Semaphore(2);
  using seen = reportsOf([pool]);
  await map(pool, [1, 2], () => rest().then(() => nested(pool)));
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for Semaphore: sandbox()
  task 2 holds Semaphore: acquire()
  task 1 holds Semaphore: acquire()
  task 2 waits for Semaphore: sandbox()`,
  ]);
});

test('reports no calls of map in one sandbox that ask a lock by its methods and share it', async () => {
  const shared = new lite.Mutex();
  using seen = reportsOf([a, shared]);
  await a.sandbox(() => Promise.all([map(shared, [1, 2], rest), map(shared, [1, 2], rest)]));
  expect(seen.texts).toEqual([]);
});

test('reports the same knot once, also to those who watch twice, and those who wait for it cause none', async () => {
  using seen = reportsOf([a, Mutex, a]);
  await Promise.all([
    nested(a, b),
    nested(b, a),
    rest()
      .then(rest)
      .then(() => nested(a)),
  ]);
  expect(seen.texts.length).toBe(1);
});

test('reports a request that is too large for what stuck holders leave, while others hold the rest', async () => {
  const pool = new Semaphore(2);
  using seen = reportsOf([pool, a]);
  const running = pool.tryAcquire();
  const large = a.sandbox(() => rest().then(() => pool.sandbox(nothing, { permits: 2, timeout: 50 })));
  await Promise.all([nested(pool, a), large.catch(expectTimeout)]);
  expect(seen.texts.length).toBe(1);
  running?.release();
});

test('reports what a grant completes', async () => {
  using seen = reportsOf([a, b, c]);
  const first = c.tryAcquire();
  const other = b.sandbox(() => rest().then(() => c.sandbox(nothing, { timeout: 50 }).catch(expectTimeout)));
  const task = a.sandbox(async () => {
    const stuck = b.sandbox(nothing, { timeout: 50 }).catch(expectTimeout);
    const guard = await c.acquire();
    await stuck;
    guard.release();
  });
  await rest();
  await rest();
  first?.release();
  await Promise.all([task, other]);
  expect(seen.texts.length).toBe(1);
});

test.each([
  ['siblings under one parent', () => b.sandbox(() => Promise.all([nested(a), nested(a), nested(a)]))],
  ['locks in one order', () => Promise.all([nested(a, b, c), nested(a, c), nested(b, c), nested(a, b)])],
  [
    'a guard outside any sandbox',
    async () => {
      const guard = await a.acquire();
      const wait = nested(b, a);
      await rest();
      guard.release();
      await wait;
    },
  ],
  [
    'a semaphore with a permit that comes back',
    async () => {
      const pool = new Semaphore(2, { name: 'pool' });
      const running = pool.tryAcquire();
      const wait = nested(pool, pool);
      await rest();
      running?.release();
      await wait;
    },
  ],
  [
    'guards of one task, the second of which overtakes who waits',
    async () => {
      const pool = new Semaphore(3);
      const task = a.sandbox(async () => {
        const guard = await pool.acquire();
        await rest();
        (await pool.acquire({ priority: 1 })).release();
        guard.release();
      });
      await Promise.all([task, pool.sandbox(nothing, { permits: 3 })]);
    },
  ],
  [
    'guards of readers, the second of which overtakes a writer',
    async () => {
      const lock = new ReadWriteLock({ policy: 'readers' });
      const task = a.sandbox(async () => {
        const guard = await lock.read.acquire();
        await rest();
        (await lock.read.acquire()).release();
        guard.release();
      });
      await Promise.all([task, lock.write.sandbox(nothing)]);
    },
  ],
  [
    'a guard that outlives its sandbox, and a later sandbox of the same async context',
    async () => {
      let later: Promise<unknown> | undefined;
      const guard = await a.sandbox(async () => {
        setImmediate(() => {
          later = b.sandbox(nothing);
        });
        return b.acquire();
      });
      await rest();
      await rest();
      expect(b.waiting).toBe(1);
      guard.release();
      await later;
    },
  ],
  ...(
    [
      ['guards', () => b.acquire().then((guard) => () => guard.release())],
      ['bare holds', () => b.lock().then(() => () => b.unlock())],
    ] as const
  ).map(
    ([name, hold]) =>
      [
        `${name} of calls that a sandbox has started, and that outlive it`,
        async () => {
          const call = () =>
            rest()
              .then(hold)
              .then((release) => rest().then(release));
          const calls = await a.sandbox(() => [call(), call()]);
          await Promise.all(calls);
        },
      ] as const,
  ),
  [
    'a wait that its sandbox has not awaited',
    async () => {
      const guard = await b.acquire();
      const [held, waiting] = await a.sandbox(async () => {
        const held = await c.acquire();
        return [held, b.sandbox(() => c.sandbox(nothing))] as const;
      });
      guard.release();
      await rest();
      held.release();
      await waiting;
    },
  ],
  ...(
    [
      ['a sandbox', (lock: ReadWriteLock) => lock.read.sandbox(nothing)],
      ['a bare verb', (lock: ReadWriteLock) => lock.readLock().then(() => lock.unlock())],
      ['map', (lock: ReadWriteLock) => map(lock.read, [1], nothing).then(nothing)],
    ] as const
  ).map(
    ([name, read]) =>
      [
        `a reader that overtakes a request to write for several locks, ${name}`,
        async () => {
          const lock = new ReadWriteLock({ policy: 'readers' });
          const writing = await lock.write.acquire();
          const task = a.sandbox(() => rest().then(() => read(lock)));
          const both = sandboxAll([lock.write, a], nothing, { priority: 5 });
          await rest();
          await rest();
          expect(lock.waiting).toBe(2);
          writing.release();
          await Promise.all([task, both]);
        },
      ] as const,
  ),
  ['a paused semaphore', () => nested(new Semaphore(0), a)],
  [
    'an upgrade that waits for readers',
    async () => {
      const lock = new ReadWriteLock();
      const reading = await lock.read.acquire();
      await a.sandbox(async () => {
        const guard = await lock.upgradable.acquire();
        const upgrade = guard.upgrade();
        await rest();
        reading.release();
        await upgrade;
        guard.release();
      });
    },
  ],
  [
    'an upgrade that is refused while a writer waits',
    async () => {
      const lock = new ReadWriteLock();
      let holds = () => {};
      // Outside the task.
      const writer = new Promise<void>((resolve) => {
        holds = resolve;
      }).then(() => lock.write.acquire());
      await a.sandbox(async () => {
        const [reading, guard] = [await lock.read.acquire(), await lock.upgradable.acquire()];
        holds();
        await rest();
        await expect(guard.upgrade({ timeout: 0 })).rejects.toThrow('timed out');
        reading.release();
        guard.release();
      });
      (await writer).release();
    },
  ],
  [
    'runs of map inside a sandbox',
    () =>
      a.sandbox(async () => {
        await map(new Semaphore(2), [1, 2, 3, 4], () => rest());
        await map(new lite.Semaphore(2), [1, 2, 3, 4], () => rest());
      }),
  ],
  [
    'a try, and a request that is refused',
    () =>
      a.sandbox(async () => {
        expect(a.tryAcquire()).toBe(undefined);
        await expect(a.acquire({ timeout: 0 })).rejects.toThrow('timed out');
        await expect(a.sandbox(nothing, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
        await expect(a.sandbox(nothing, 'fast' as never)).rejects.toThrow('options');
      }),
  ],
] as const)('reports nothing for %s', async (_, program) => {
  using seen = reportsOf([Mutex, Semaphore, ReadWriteLock, lite.Semaphore]);
  await program();
  expect(seen.texts).toEqual([]);
});

test('reports locks of a family, of lite, and a request for several that is inside a sandbox', async () => {
  const keyed = new KeyedLocks({ name: 'accounts' });
  const plain = new lite.Mutex();
  using seen = reportsOf([keyed, plain, a]);
  await Promise.all([nested(keyed.mutex('k'), plain), nested(plain, keyed.mutex('k'))]);
  expect(seen.texts.length).toBe(1);
  expect(seen.texts[0]).toContain('waits for KeyedLocks "accounts" mutex "k": sandbox()');
  await a.sandbox(async () => {
    const guard = await acquireAll([keyed.mutex('x'), keyed.mutex('y')]);
    await expect(sandboxAll([keyed.mutex('y')], nothing, { timeout: 50 })).rejects.toThrow('timed out');
    guard.release();
  });
  expect(seen.texts[1]).toContain('holds KeyedLocks "accounts" mutex "y": acquireAll()');
});

test('reports an upgrade that waits for a reader that is stuck', async () => {
  const lock = new ReadWriteLock({ name: 'rw' });
  using seen = reportsOf([lock, a]);
  const reader = lock.read.sandbox(() => rest().then(() => nested(a)));
  await a.sandbox(async () => {
    const guard = await lock.upgradable.acquire();
    await rest();
    await guard.upgrade({ timeout: 50 }).catch(expectTimeout);
    guard.release();
  });
  await reader;
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for ReadWriteLock "rw": upgradable.upgrade()
  task 2 holds ReadWriteLock "rw": read.sandbox()
  task 1 holds ReadWriteLock "rw": upgradable.acquire()
  task 2 waits for Mutex "a": sandbox()
  task 1 holds Mutex "a": sandbox()`,
  ]);
});

test('reports a reader that waits for an upgrade, whatever the policy', async () => {
  const lock = new ReadWriteLock({ policy: 'readers' });
  using seen = reportsOf([lock, a]);
  const guard = await a.sandbox(async () => {
    const outer = await lock.read.acquire();
    const guard = await lock.upgradable.acquire();
    void guard.upgrade({ timeout: 50 }).catch(expectTimeout);
    await lock.read.acquire({ timeout: 50 }).catch(expectTimeout);
    outer.release();
    return guard;
  });
  guard.release();
  expect(seen.texts.length).toBe(1);
});

test('reports a task that waits to write a key that it still reads, after a downgrade', async () => {
  const keyed = new KeyedLocks({ name: 'files' });
  using seen = reportsOf([keyed, a]);
  const { write } = keyed.readWriteLock('k');
  await a.sandbox(async () => {
    const reading = (await write.acquire()).downgrade();
    await write.acquire({ timeout: 50 }).catch(expectTimeout);
    reading.release();
  });
  expect(seen.texts).toEqual([
    `Deadlock: each of these waits for the next.
  task 1 waits for KeyedLocks "files" readWriteLock "k": write.acquire()
  task 1 holds KeyedLocks "files" readWriteLock "k": downgrade()`,
  ]);
});

test('reports a deadlock behind somebody outside, once that one has been served or has given up', async () => {
  for (const [timeout, priority] of [
    [undefined, 0],
    [20, 0],
    [undefined, 1],
    [20, 1],
  ]) {
    using seen = reportsOf([a, b]);
    const outsider = b.tryAcquire();
    const first = b.acquire({ timeout, priority }).then((guard) => guard.release(), expectTimeout);
    const task = a.sandbox(() => rest().then(() => b.sandbox(nothing, { timeout: 60 }).catch(expectTimeout)));
    const both = sandboxAll([a, b], nothing);
    await rest();
    expect([b.waiting, seen.texts]).toEqual([3, []]);
    if (timeout === undefined) outsider?.release();
    await first;
    await task;
    expect(seen.texts.length).toBe(1);
    outsider?.release();
    await both;
  }
});

test('names the lines of code that asked, and leaves out what could still end', async () => {
  using seen = reportsOf([a, b, c], { stacks: true });
  const running = c.tryAcquire();
  const first = a.sandbox(async () => {
    const free = c.sandbox(nothing);
    await rest();
    await nested(b);
    await free;
  });
  await Promise.all([
    first,
    nested(b, a),
    rest()
      .then(rest)
      .then(() => running?.release()),
  ]);
  expect(seen.texts.length).toBe(1);
  expect(seen.texts[0]).toMatch(/waits for Mutex "[ab]": sandbox\(\)\n +at .*deadlock\.test\.ts/);
  expect(seen.texts[0]).not.toContain('Mutex "c"');
});

test('reports nothing for a chain of tasks whose last one waits for somebody outside', async () => {
  using seen = reportsOf([a, b]);
  const outside = b.tryAcquire();
  const tasks = [nested(a, b), nested(a)];
  await rest();
  outside?.release();
  await Promise.all(tasks);
  expect(seen.texts).toEqual([]);
});

test('reports a large request behind a small one that could still be granted', async () => {
  const pool = new Semaphore(3);
  using seen = reportsOf([pool, a, b]);
  const running = pool.tryAcquire();
  const holder = pool.sandbox(
    () =>
      rest()
        .then(rest)
        .then(() => nested(a)),
    { permits: 2 },
  );
  const small = pool.sandbox(nothing);
  const large = a.sandbox(() => pool.sandbox(nothing, { permits: 2, timeout: 60 }).catch(expectTimeout));
  await Promise.all([holder, large]);
  running?.release();
  await small;
  expect(seen.texts.length).toBe(1);
});

test('looks at as much for a new wait behind a thousand as behind ten', async () => {
  let looks = 0;
  class Counting extends Semaphore {
    override get capacity(): number {
      looks++;
      return super.capacity;
    }
  }
  const looksBehind = async (length: number) => {
    const pool = new Counting(1);
    using _seen = reportsOf([pool, a]);
    const guard = a.tryAcquire();
    // Its holder waits, too: the line is not all there is to look at.
    const holder = pool.sandbox(() => a.sandbox(nothing));
    const waits = Array.from({ length }, () => pool.sandbox(nothing));
    await rest();
    looks = 0;
    waits.push(pool.sandbox(nothing));
    await rest();
    const found = looks;
    guard?.release();
    await Promise.all([holder, ...waits]);
    return found;
  };
  const found = await looksBehind(10);
  expect(found).toBeGreaterThan(1);
  expect(await looksBehind(1000)).toBe(found);
});

// Built files have locks of their own, which a test cannot reach.
test.runIf(watch === sourceOfWatch)('looks at as much for a new wait behind waits of many priorities', async () => {
  const looksBehind = async (length: number) => {
    const mutex = new Mutex();
    using _seen = reportsOf([mutex]);
    const guard = mutex.tryAcquire();
    const waits = Array.from({ length }, (_, index) => mutex.sandbox(nothing, { priority: -index }));
    await rest();
    const head = vi.spyOn(WatchedLock.prototype, 'head', 'get');
    waits.push(mutex.sandbox(nothing, { priority: -length }));
    await rest();
    const found = head.mock.calls.length;
    head.mockRestore();
    guard?.release();
    await Promise.all(waits);
    return found;
  };
  const found = await looksBehind(10);
  expect(found).toBeGreaterThan(1);
  expect(await looksBehind(100)).toBe(found);
});

test('looks through many waits in the task of many holds once, not for each of them', async () => {
  // Twice as many look a little more than twice as often. It was five times, and 2,000 took 20 seconds.
  const [few, many] = [await looksOf(100), await looksOf(200)];
  expect(few).toBeGreaterThan(100);
  expect(many / few).toBeLessThan(3.5);
});

/** How many members of sets are looked at while this many guards are taken in one sandbox. */
async function looksOf(guards: number): Promise<number> {
  const pool = new Semaphore(20);
  using seen = reportsOf([a, pool]);
  const useGuard = async () => {
    const guard = await pool.acquire();
    await rest();
    guard.release();
  };
  using next = vi.spyOn(Object.getPrototypeOf(new Set().values()), 'next');
  await a.sandbox(() => Promise.all(Array.from({ length: guards }, useGuard)));
  // They count as stuck, because guards belong to the sandbox.
  expect(seen.reports.length).toBe(1);
  return next.mock.calls.length;
}
