// Programs that are made at random: a deadlock is reported if, and only if, the program hangs.
import { snapshot } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import { rest } from '@valvekit-internal/laws/rest';
import {
  KeyedLocks,
  type Lockable,
  Mutex,
  map,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  type WaitOptions,
} from 'valvekit';
import { expect, test } from 'vitest';
import { reportsOf } from './reports-of.ts';

type Inner = () => Promise<unknown>;
type Way = (inner: Inner, options: WaitOptions) => Promise<unknown>;
type Random = (below: number) => number;

/** The same numbers for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed * 7919 + 13;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

function makeLocks(random: Random) {
  const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })] as const;
  const pool = new Semaphore(2, { name: 'pool' });
  const lock = new ReadWriteLock({ name: 'lock', policy: random(2) === 0 ? 'fair' : 'readers' });
  const keys = new KeyedLocks({ name: 'keys' });
  const [plain, plainPool] = [new lite.Mutex(), new lite.Semaphore(2)];
  // Views that are made before their family is watched are not seen.
  const any = [
    () => a,
    () => b,
    () => pool,
    () => lock.read,
    () => lock.write,
    () => keys.mutex('k'),
    () => keys.semaphore('k', 2),
  ];
  const pick = () => (any[random(any.length)] as () => Lockable)();
  const holding = async (guard: { release(): void }, inner: Inner) => {
    await inner();
    guard.release();
  };
  const ways: Way[] = [
    (inner, options) => pick().sandbox(inner, options),
    (inner, options) => pool.sandbox(inner, { permits: 2, ...options }),
    (inner, options) => keys.readWriteLock('k').read.sandbox(inner, options),
    (inner, options) => keys.readWriteLock('k').write.sandbox(inner, options),
    (inner, options) => sandboxAll([a, [pool, { permits: 2 }], lock.read, keys.mutex('k')], inner, options),
    (inner, options) => sandboxAll([lock.write, b], inner, options),
    (inner, options) => sandboxAll([pick()], inner, options),
    (inner, options) => map(pick(), [1, 2], inner, options),
    (inner) => map(random(2) === 0 ? plain : plainPool, [1, 2], inner),
    (inner) => (random(2) === 0 ? plain : plainPool).sandbox(inner),
    async (inner, options) => holding(await pick().acquire(options), inner),
    async (inner, options) => {
      const guard = await lock.upgradable.acquire(options);
      await rest();
      await guard.upgrade();
      await holding(guard, inner);
    },
  ];
  return { ways, targets: [a, b, pool, lock, keys, plain, plainPool] };
}

/** Enters locks one inside the other, in a row and side by side. Guards are in a task of their own. */
async function enter(ways: readonly Way[], random: Random, tasks: lite.Semaphore, depth: number): Promise<unknown> {
  const isParallel = random(4) === 0;
  const children = Array.from(
    { length: depth === 3 ? 0 : random(3) },
    () => () => enter(ways, random, tasks, depth + 1),
  );
  const inner = async () => {
    if (random(3) > 0) await rest();
    if (isParallel) await Promise.all(children.map((child) => child()));
    else for (const child of children) await child();
    if (random(2) > 0) await rest();
  };
  const way = ways[random(ways.length)] as Way;
  const options = random(4) === 0 ? { priority: random(3) } : {};
  return tasks.sandbox(() => way(inner, options));
}

test.each(Array.from({ length: 8 }, (_, index) => index))('reports what hangs, and nothing else, %i', async (part) => {
  const found = { hangs: 0, ends: 0 };
  for (let seed = part * 100; seed < part * 100 + 100; seed++) {
    const random = randomFrom(seed);
    const { ways, targets } = makeLocks(random);
    const tasks = new lite.Semaphore(1000);
    using seen = reportsOf([...targets, tasks]);
    let running = 2 + random(3);
    for (let count = running; count > 0; count--) {
      void enter(ways, random, tasks, 0).then(() => {
        running--;
      });
      if (random(2) > 0) await rest();
    }
    // Nothing in it waits for longer, unless forever.
    for (let steps = 0; running > 0 && steps < 80; steps++) await rest();
    const isHanging = running > 0;
    found[isHanging ? 'hangs' : 'ends']++;
    expect({ seed, isReported: seen.reports.length > 0 }).toEqual({ seed, isReported: isHanging });
    if (!isHanging) expect(snapshot()).toEqual([]);
  }
  expect(found.hangs).toBeGreaterThan(10);
  expect(found.ends).toBeGreaterThan(10);
});
