import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Report, snapshot, watch } from '@valvekit/inspect';
import { KeyedLocks, Mutex, map, ReadWriteLock, Semaphore } from 'valvekit';
import { expect, test, vi } from 'vitest';
import { allRequests } from '../src/graph.ts';
import { currentTask } from '../src/task.ts';
import { watch as sourceOfWatch } from '../src/watch.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

async function collected(...refs: WeakRef<object>[]): Promise<void> {
  await vi.waitFor(() => {
    gc();
    // A failed expectation keeps what it shows.
    expect(refs.map((ref) => ref.deref() === undefined)).toEqual(refs.map(() => true));
  });
}

test('a watched lock, its guards and the functions of its sandboxes are collected', async () => {
  const watches: Disposable[] = [];
  const refs = await (async () => {
    const locks = [new Mutex(), new Semaphore(2), new ReadWriteLock().write, new KeyedLocks().mutex('k')];
    const all: WeakRef<object>[] = [];
    for (const lock of locks) {
      watches.push(watch(lock) as Disposable);
      const fn = async () => 1;
      await lock.sandbox(fn);
      await map(lock, [1, 2, 3], fn);
      const guard = await lock.acquire();
      const waiting = lock.acquire();
      guard.release();
      const next = await waiting;
      next.release();
      all.push(...[lock, fn, guard, next].map((each) => new WeakRef(each)));
    }
    return all;
  })();
  await collected(...refs);
  // Nothing is left to put back.
  for (const each of watches) each[Symbol.dispose]();
  expect([watches.length, snapshot()]).toEqual([4, []]);
});

test('a lock that is held and waited for is collected, and leaves no entry', async () => {
  const refs = await (async () => {
    const mutex = new Mutex();
    watch(mutex);
    await mutex.lock();
    const fn = () => {};
    void mutex.sandbox(fn);
    expect(snapshot().length).toBe(2);
    return [mutex, fn].map((each) => new WeakRef(each));
  })();
  await collected(...refs);
  expect(snapshot()).toEqual([]);
});

test('a hold of a lock that has been collected is reported when it is slow, until the watch is undone', async () => {
  const reports: Report[] = [];
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  const [ref, undo] = (() => {
    const mutex = new Mutex({ name: 'm' });
    const undo = watch(mutex, { slow: { hold: 2 ** 30 }, onReport: (report) => void reports.push(report) });
    void mutex.lock();
    return [new WeakRef(mutex), undo as Disposable] as const;
  })();
  const [isSlow, , ...args] = setTimer.mock.calls[0] as unknown as [(...args: unknown[]) => void, number, ...unknown[]];
  setTimer.mockRestore();
  await collected(ref);
  isSlow(...args);
  undo[Symbol.dispose]();
  isSlow(...args);
  expect(reports.map(String)).toEqual([expect.stringContaining('holds Mutex "m": lock()')]);
  expect(snapshot()).toEqual([]);
});

test('a guard that is lost is reported, and the lock stays held', async () => {
  const reports: Report[] = [];
  const mutex = new Mutex({ name: 'm' });
  const undo = watch(mutex, { onReport: (report) => void reports.push(report) }) as Disposable;
  const guard = await (async () => {
    await mutex.acquire();
    return undefined;
  })();
  await vi.waitFor(() => {
    gc();
    expect(reports.map(String)).toEqual([
      expect.stringContaining('Lost guard: garbage-collected without being released.\n  holds Mutex "m": acquire()'),
    ]);
  });
  expect([guard, snapshot().length]).toEqual([undefined, 1]);
  undo[Symbol.dispose]();
});

test('a guard that is lost after the watch is undone is not reported', async () => {
  const reports: Report[] = [];
  const mutex = new Mutex();
  const undo = watch(mutex, { onReport: (report) => void reports.push(report) }) as Disposable;
  const guard = await (async () => new WeakRef(await mutex.acquire()))();
  undo[Symbol.dispose]();
  await collected(guard);
  // Registries are told in a task of their own.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reports).toEqual([]);
});

test('a guard of a watch before is not reported as lost', async () => {
  const reports: Report[] = [];
  const mutex = new Mutex();
  const before = watch(mutex) as Disposable;
  const guard = await (async () => new WeakRef(await mutex.acquire()))();
  before[Symbol.dispose]();
  const undo = watch(mutex, { onReport: (report) => void reports.push(report) }) as Disposable;
  await collected(guard);
  // Registries are told in a task of their own.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reports).toEqual([]);
  undo[Symbol.dispose]();
});

// Built files have requests and tasks of their own, which a test cannot reach.
test.runIf(watch === sourceOfWatch)(
  'the entries of a lock that is lost are collected, though nobody looks',
  async () => {
    const ref = await (async () => {
      const mutex = new Mutex();
      watch(mutex);
      await mutex.lock();
      return new WeakRef(allRequests()[0] as object);
    })();
    await collected(ref);
  },
);

test.runIf(watch === sourceOfWatch).each([
  ['after it has ended', (next: () => void) => void setImmediate(next)],
  ['while it runs', (next: () => void) => next()],
])('a sandbox that starts the next one %s is collected', async (_, start) => {
  const mutex = new Mutex();
  // What is not awaited is taken for a deadlock.
  const undo = watch(mutex, { onReport() {} }) as Disposable;
  const refs: WeakRef<object>[] = [];
  await new Promise<void>((resolve, reject) => {
    const next = () =>
      void mutex.sandbox(async () => {
        if (refs.length < 5) {
          refs.push(new WeakRef(currentTask() as object));
          start(next);
        } else {
          // The one that has started this one may still be kept by the async context.
          await collected(...refs.slice(0, -1)).then(resolve, reject);
        }
      });
    next();
  });
  undo[Symbol.dispose]();
});
