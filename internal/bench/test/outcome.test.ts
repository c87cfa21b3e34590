import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/outcome.ts';
import type { Subject, Things } from '../src/subject.ts';
import { workloads } from '../src/workloads.ts';

const rows = Object.values(workloads).flat();

/** The outcome of a subject that has one thing, in a row. */
async function outcomeIn<Name extends keyof Things>(id: string, thing: Name, make: () => Things[Name]) {
  const row = rows.find((row) => row.id === id);
  if (row?.thing !== thing) throw new Error(`${id} does not measure ${thing}`);
  return outcomeOf(row, make as NonNullable<Subject[keyof Things]>, 20, { warmUp: 0, sample: 0, samples: 0 }, true);
}

const settled = Promise.resolve();
const noLock = { lock: () => settled, unlock() {} };

/** A lock that is granted to the last waiter first. */
function lastInFirstOut() {
  const waiting: (() => void)[] = [];
  let isLocked = false;
  return {
    lock: (): Promise<void> => {
      if (isLocked) return new Promise((resolve) => waiting.push(resolve));
      isLocked = true;
      return settled;
    },
    unlock(): void {
      const next = waiting.pop();
      if (next === undefined) isLocked = false;
      else next();
    },
  };
}

describe('disqualifies', () => {
  it('a lock that admits every task', async () => {
    expect(await outcomeIn('W3 contended', 'lock', () => noLock)).toEqual({ wrong: '2 were inside at a time' });
  });

  it('the same lock even where tasks never meet', async () => {
    expect(await outcomeIn('W1 lock', 'lock', () => noLock)).toEqual({ wrong: '2 were inside at a time' });
  });

  it('a lock that allows overtaking', async () => {
    expect(await outcomeIn('W3 contended', 'lock', lastInFirstOut)).toEqual({
      wrong: 'a task overtook an earlier one',
    });
  });

  it('a sandbox that runs everything concurrently', async () => {
    expect(await outcomeIn('W2 async', 'sandbox', () => async (fn) => fn())).toEqual({
      wrong: '2 were inside at a time',
    });
  });

  it('a semaphore without a limit', async () => {
    expect(await outcomeIn('W4 sandbox', 'semaphore', () => async (fn) => fn())).toEqual({
      wrong: '11 were inside at a time',
    });
  });

  it('a map without a limit', async () => {
    const map: Things['map'] = (items, fn) => Promise.all(items.map(fn));
    expect(await outcomeIn('W4 map', 'map', () => map)).toEqual({ wrong: '11 ran at a time' });
  });

  it('a map that loses the order', async () => {
    const map: Things['map'] = async (items, fn) => {
      const results = [];
      for (const item of items) results.unshift(await fn(item));
      return results;
    };
    expect(await outcomeIn('W4 map', 'map', () => map)).toEqual({
      wrong: 'the results are not in the order of the items',
    });
  });

  it('a lock that is granted to a waiter that gave up', async () => {
    const make = () => ({ ...noLock, wait: () => settled });
    expect(await outcomeIn('W5 one signal', 'abortable', make)).toEqual({
      wrong: 'a waiter got the lock after giving up',
    });
  });

  it('a read/write lock that admits every task', async () => {
    const make = () => ({ read: () => settled, write: () => settled, unlock() {} });
    expect(await outcomeIn('W6 50/50', 'readWrite', make)).toEqual({ wrong: 'a writer was not alone' });
  });

  it('a gate that opens for any ticket', async () => {
    const make = () => {
      const waiting: (() => void)[] = [];
      return {
        wait: (_ticket: number, onSet: () => void) => void waiting.push(onSet),
        set: () => waiting.shift()?.(),
      };
    };
    expect(await outcomeIn('W7 barrier', 'gate', make)).toMatchObject({ wrong: expect.stringContaining('3 and 7') });
  });

  it('a counter that miscounts', async () => {
    expect(await outcomeIn('W8 to zero', 'counter', () => ({ v: () => 1, p: () => 1 }))).toEqual({
      wrong: 'the counts add up to 40',
    });
  });

  it('a lock that can be locked twice by tries', async () => {
    expect(await outcomeIn('W9 tryLock', 'trying', () => ({ tryLock: () => true, unlock() {} }))).toEqual({
      wrong: 'it was locked twice',
    });
  });

  it('a lock that runs all callbacks immediately', async () => {
    const make = () => ({ lock: (callback: () => void) => callback(), unlock() {} });
    expect(await outcomeIn('W9 lock(callback)', 'callback', make)).toEqual({
      wrong: 'a callback ran while another held the lock',
    });
  });

  it('a lock that ignores priorities', async () => {
    const make = () => {
      let last: Promise<unknown> = settled;
      const run = async (_priority: number, fn: () => unknown): Promise<never> => {
        const previous = last;
        const current = previous.then(fn);
        last = current;
        return current as Promise<never>;
      };
      return run as Things['priority'];
    };
    expect(await outcomeIn('W10 3 priorities', 'priority', make)).toEqual({ wrong: 'a lower priority went first' });
  });

  it('a lock that throws', async () => {
    const make = () => ({
      tryLock(): boolean {
        throw new TypeError('not today');
      },
      unlock() {},
    });
    expect(await outcomeIn('W9 tryLock', 'trying', make)).toEqual({ wrong: 'TypeError: not today' });
  });
});
