import { type Report, snapshot, watch } from '@valvekit/inspect';
import { explain } from '@valvekit-internal/laws/explore/explain';
import { nestInOrder } from '@valvekit-internal/laws/explore/nested';
import { programs } from '@valvekit-internal/laws/explore/programs/all';
import { search } from '@valvekit-internal/laws/explore/search';
import * as library from 'valvekit';
import { ASemaphore, Barrier, KeyedLocks, type Lockable, Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const patience = 60_000;
const reports: Report[] = [];
let watches: Disposable[] = [];

beforeEach(() => {
  const onReport = (report: Report) => void reports.push(report);
  const classes = [Mutex, Semaphore, ReadWriteLock, KeyedLocks, Barrier, ASemaphore];
  watches = classes.map((each) => watch(each, { onReport }) as Disposable);
});

afterEach(() => {
  for (const each of watches) each[Symbol.dispose]();
});

describe('in every order of its actions, a program on watched locks does what the model does, and raises no alarm', () => {
  test.each(Object.values(programs).flat())('$primitive: $name', { timeout: patience }, async (program) => {
    const { difference } = search(program, library, 500);
    expect.assert(difference === undefined, difference && explain(program, difference, library));
    await Promise.resolve();
    expect(reports.map(String)).toEqual([]);
  });
});

test('tasks that enter locks of all kinds in one order raise no alarm, whenever their work ends', {
  timeout: patience,
}, async () => {
  await nestInOrder(() => {
    const pool = new Semaphore(2);
    const [first, second] = [new Mutex(), new Mutex()];
    const both = { sandbox: (fn: () => unknown) => sandboxAll([first, second], fn) } as Lockable;
    return [both, new ReadWriteLock().read, pool, new KeyedLocks().mutex('k'), new ReadWriteLock().write, new Mutex()];
  }, 150);
  expect(reports.map(String)).toEqual([]);
  expect(snapshot()).toEqual([]);
});
