import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/outcome.ts';
import type { Subject } from '../src/subject.ts';
import { type Kind, subjects } from '../src/subjects.ts';
import { workloads } from '../src/workloads.ts';

const rows = Object.values(workloads).flat();
const once = { warmUp: 0, sample: 0, samples: 0 };
const loaded = await Promise.all(
  Object.entries(subjects).map(async ([name, entry]) => ({ name, ...entry, ...(await entry.load()) })),
);

describe.each(rows)('$id', (row) => {
  const isPart = (name: string, kind: Kind): boolean => kind !== 'floor' || row.floors?.includes(name) === true;
  const parts = loaded.flatMap(({ name, kind, subject }) => {
    const make = subject[row.thing];
    return make !== undefined && isPart(name, kind) ? [{ name, kind, make }] : [];
  });

  it.each(parts)('is done correctly by $name', async ({ kind, make }) => {
    const outcome = await outcomeOf(row, make, 20, once, kind !== 'floor');
    expect(outcome).toMatchObject({ samples: expect.any(Array) });
  });

  it('has its floors, and valvekit', () => {
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining([...(row.floors ?? []), 'valvekit']));
  });
});

describe('a subject', () => {
  const measured = rows.map(({ thing }) => thing as string);

  it.each(loaded)('has a row for everything that it can do: $name', ({ subject }) => {
    expect(measured).toEqual(expect.arrayContaining(Object.keys(subject)));
  });
});

describe('a read/write lock', () => {
  const locks = loaded.flatMap(({ name, kind, starves, subject }) => {
    const take = takerOf(subject);
    return take === undefined || kind === 'floor' ? [] : [{ name, starves, take }];
  });

  it.each(locks)('starves the side that it is said to: $name', async ({ starves, take }) => {
    const starved: string[] = [];
    if (await waitsForever(take, 'write', 'read')) starved.push('writers');
    if (await waitsForever(take, 'read', 'write')) starved.push('readers');
    expect(starved).toEqual(starves === undefined ? [] : [starves]);
  });
});

type Verb = 'read' | 'write';
type Take = (verb: Verb) => Promise<() => void>;

/** A function that takes the read/write lock of a subject, if it has one, and resolves to a function that unlocks. */
function takerOf(subject: Subject): Take | undefined {
  const promise = subject.readWrite?.();
  if (promise !== undefined) return async (verb) => promise[verb]().then((hold) => () => promise.unlock(hold));
  const callback = subject.readWriteCallback?.();
  return callback && ((verb) => new Promise((resolve) => callback[verb](resolve)));
}

/** Whether a request to `verb` waits as long as other requests keep coming. Each of those unlocks after the next one has come. */
async function waitsForever(take: Take, verb: Verb, others: Verb): Promise<boolean> {
  const leave: (() => void)[] = [await take(others)];
  let isIn = false;
  void take(verb).then((unlock) => {
    isIn = true;
    leave.push(unlock);
  });
  for (let turn = 0; turn < 30 && !isIn; turn++) {
    void take(others).then((unlock) => leave.push(unlock));
    await nextTurn();
    leave.shift()?.();
    await nextTurn();
  }
  const result = !isIn;
  while (leave.length > 0) {
    leave.shift()?.();
    await nextTurn();
  }
  return result;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
