// Every order of small programs, with any number of microtasks between two actions, against the models.

import { Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import { explainPromises } from '@valvekit-internal/laws/explore/explain';
import { injectFaults } from '@valvekit-internal/laws/explore/faults';
import { library, liteFaults, litePrograms } from '@valvekit-internal/laws/explore/lite';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import { searchPromises } from '@valvekit-internal/laws/explore/search';
import { afterAll, describe, expect, test } from 'vitest';

// `npm run explore` goes further.
const mostRuns = 500;
// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

const counts = new Map<string, number>();

describe('in every order, promises do what the model does', () => {
  test.each(litePrograms)(
    '$primitive: $name',
    async (program) => {
      const { interleavings, difference } = await searchPromises(program, library, mostRuns);
      counts.set(program.primitive, (counts.get(program.primitive) ?? 0) + interleavings);
      expect.assert(difference === undefined, difference && explainPromises(program, difference));
    },
    patience,
  );

  afterAll(() => {
    const lines = [...counts].map(([primitive, count]) => `lite ${primitive}: ${count} interleavings`);
    if (lines.length > 0) console.log(lines.join('\n'));
  });
});

describe('whatever goes wrong where a primitive calls out, it is as fresh afterwards', () => {
  test.each(liteFaults)('$program.primitive: $program.name', async (faulty) => {
    const { runs, damage } = await injectFaults(faulty, library);
    expect(damage).toEqual([]);
    expect(runs).toBeGreaterThan(50);
  });
});

describe('whenever the work inside ends', () => {
  test('a mutex loses no update', async () => {
    await inAnyOrder(async (work) => {
      const mutex = new Mutex();
      let count = 0;
      const increment = async (name: string) => {
        const before = count;
        await work(name);
        count = before + 1;
      };
      await Promise.all(['A', 'B', 'C', 'D'].map((name) => mutex.sandbox(() => increment(name))));
      expect([count, mutex.isLocked]).toEqual([4, false]);
    }, 100);
  });

  test('a semaphore never admits more than its permits', async () => {
    await inAnyOrder(async (work) => {
      const semaphore = new Semaphore(3);
      let inside = 0;
      const enter = async (permits: number) => {
        inside += permits;
        expect(inside).toBeLessThanOrEqual(3);
        await work(`${permits}`);
        inside -= permits;
      };
      await Promise.all([1, 2, 3, 1, 1].map((permits) => semaphore.sandbox(() => enter(permits), { permits })));
      expect(semaphore.available).toBe(3);
    }, 100);
  });

  test('a read/write lock shows readers no half-done write', async () => {
    await inAnyOrder(async (work) => {
      const lock = new ReadWriteLock();
      const pair = { left: 0, right: 0 };
      const write = async () => {
        pair.left += 1;
        await work('write');
        pair.right += 1;
      };
      const read = async () => {
        const { left } = pair;
        await work('read');
        expect(pair).toEqual({ left, right: left });
      };
      const sides = ['read', 'write', 'read', 'read', 'write', 'read'] as const;
      await Promise.all(sides.map((side) => lock[side].sandbox(side === 'read' ? read : write)));
      expect([pair, lock.readers, lock.isWriteLocked]).toEqual([{ left: 2, right: 2 }, 0, false]);
    }, 100);
  });
});
