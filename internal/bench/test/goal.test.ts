import { describe, expect, it } from 'vitest';
import { ahead, bytes, flat, notBehind, right, floor as toFloor, within, withinRow } from '../src/goal.ts';
import { goals } from '../src/goals.ts';
import { subjects } from '../src/subjects.ts';
import { workloads } from '../src/workloads.ts';
import { floor, lineOf, ours, peer } from './lines.ts';

const anybody = { who: 'every peer', includes: () => true };

describe('floor', () => {
  const goal = toFloor('W', 1.25);

  it('is met at exactly the limit', () => {
    expect(goal.judge([lineOf('W', [floor(100), ours(125)])])).toEqual({ isMet: true, measured: '1.25 ×' });
  });

  it('is not met above it', () => {
    expect(goal.judge([lineOf('W', [floor(100), ours(131)])])).toEqual({ isMet: false, measured: '1.31 ×' });
  });

  it('must be met at every size', () => {
    const lines = [
      lineOf('W', [floor(100), ours(110)], { size: 10 }),
      lineOf('W', [floor(100), ours(200)], { size: 1000 }),
    ];
    expect(goal.judge(lines)).toEqual({ isMet: false, measured: '1.10 × (10), 2.00 × (1,000)' });
  });

  it('may be another one at some sizes', () => {
    const lines = [
      lineOf('W', [floor(100), ours(110)], { size: 10 }),
      lineOf('W', [floor(100), ours(170)], { size: 1000 }),
    ];
    const goal = toFloor('W', 1.25, { 1000: 1.7 });
    expect(goal.text).toBe('W: at most 1.25 × the floor, 1.7 × at 1,000');
    expect(goal.judge(lines).isMet).toBe(true);
    expect(toFloor('W', 1.25, { 1000: 1.6 }).judge(lines).isMet).toBe(false);
  });

  it('is not judged by a run of other rows', () => {
    expect(goal.judge([lineOf('V', [floor(100), ours(110)])]).isMet).toBeUndefined();
  });

  it('is not met if ours is disqualified', () => {
    const wrong = { ...ours(100), wrong: 'two were inside' };
    expect(goal.judge([lineOf('W', [floor(100), wrong])])).toEqual({
      isMet: false,
      measured: 'wrong: two were inside',
    });
  });
});

describe('ahead', () => {
  const lines = [lineOf('W', [ours(100), peer('fast', 190), peer('slow', 900)])];

  it('looks at the nearest peer', () => {
    expect(ahead('W', 2, anybody).judge(lines)).toEqual({ isMet: false, measured: 'fast takes 1.90 × ours' });
    expect(ahead('W', 1.9, anybody).judge(lines).isMet).toBe(true);
  });

  it('considers only the peers that it is about', () => {
    const goal = ahead('W', 2, { who: 'slow', includes: (name) => name === 'slow' });
    expect(goal.judge(lines)).toEqual({ isMet: true, measured: 'slow takes 9.00 × ours' });
  });

  it('ignores disqualified peers', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(ahead('W', 2, anybody).judge([lineOf('W', [ours(100), wrong, peer('right one', 300)])]).isMet).toBe(true);
  });

  it('counts a stopped peer by its minimum', () => {
    const stopped = { ...peer('endless'), stopped: 1 };
    expect(ahead('W', 50, anybody).judge([lineOf('W', [ours(100), stopped], { size: 100 })])).toEqual({
      isMet: true,
      measured: 'endless takes more than 100 × ours',
    });
  });
});

describe('notBehind', () => {
  it('allows a peer to be ahead by the given percentage', () => {
    const goal = notBehind('W', 5);
    expect(goal.judge([lineOf('W', [ours(104), peer('fast', 100)])]).isMet).toBe(true);
    expect(goal.judge([lineOf('W', [ours(106), peer('fast', 100)])]).isMet).toBe(false);
  });
});

describe('within', () => {
  it('compares with one peer', () => {
    const goal = within('W', 'locks', 3);
    expect(goal.judge([lineOf('W', [ours(300), peer('locks', 100)])])).toEqual({ isMet: true, measured: '3.00 ×' });
    expect(goal.judge([lineOf('W', [ours(400), peer('locks', 100)])]).isMet).toBe(false);
  });
});

describe('withinRow', () => {
  it('compares with another row', () => {
    const goal = withinRow('W', 'V', 5);
    const lines = [lineOf('W', [ours(500)]), lineOf('V', [ours(100)])];
    expect(goal.judge(lines)).toEqual({ isMet: true, measured: '5.00 ×' });
    expect(withinRow('W', 'V', 4).judge(lines).isMet).toBe(false);
    expect(goal.judge(lines.slice(0, 1)).isMet).toBeUndefined();
  });
});

describe('flat', () => {
  const at = (size: number, ns: number) => lineOf('W', [ours(ns)], { size });

  it('compares the larger size with the smaller one', () => {
    const goal = flat('W', 10, 1000, 2);
    expect(goal.judge([at(10, 100), at(1000, 200)])).toEqual({ isMet: true, measured: '2.00 ×' });
    expect(goal.judge([at(10, 100), at(1000, 201)]).isMet).toBe(false);
    expect(goal.judge([at(10, 100)]).isMet).toBeUndefined();
  });

  it('does not count the growth of the floor if memory is allowed for', () => {
    const beside = (size: number, floorNs: number, ns: number) => lineOf('W', [floor(floorNs), ours(ns)], { size });
    const goal = flat('W', 10, 1000, 2, true);
    expect(goal.text).toContain('not counting the growth of the floor');
    expect(goal.judge([beside(10, 50, 100), beside(1000, 150, 600)])).toEqual({
      isMet: true,
      measured: '6.00 ×, 2.00 × relative to the floor',
    });
    expect(goal.judge([beside(10, 50, 100), beside(1000, 150, 603)]).isMet).toBe(false);
    expect(goal.judge([at(10, 100), at(1000, 100)]).isMet).toBeUndefined();
  });
});

describe('bytes', () => {
  it('compares with a number', () => {
    const line = (size: number) => lineOf('M', [ours(size)], { unit: 'bytes' });
    expect(bytes('M', 120).judge([line(120)]).isMet).toBe(true);
    expect(bytes('M', 120).judge([line(121)])).toEqual({ isMet: false, measured: '121' });
  });
});

describe('right', () => {
  it('is met by any result, but not without one', () => {
    expect(right('W', 100).judge([lineOf('W', [ours(1)])]).isMet).toBe(true);
    expect(right('W', 100).judge([lineOf('W', [{ ...ours(), wrong: 'it overflowed' }])]).isMet).toBe(false);
  });
});

describe('the goals', () => {
  const rows = Object.values(workloads).flat();
  const sizes = ['Mutex', 'Semaphore', 'ReadWriteLock', 'KeyedLocks', 'Barrier', 'ASemaphore', 'the five', 'all'].map(
    (name) => `S ${name}`,
  );

  it('have unique names', () => {
    expect(new Set(goals.map(({ name }) => name)).size).toBe(goals.length);
  });

  it.each(goals)('$name is about an existing row', ({ name }) => {
    expect([...rows.map(({ id }) => id), ...sizes]).toContain(name.slice(0, name.lastIndexOf(': ')));
  });

  it('can all be judged from a complete run', () => {
    const everybody = Object.entries(subjects).map(([subject, { kind }]) => ({ subject, kind, rounds: [1] }));
    const lines = [
      ...rows.flatMap((row) => row.sizes.map((size) => lineOf(row.id, everybody, { size }))),
      ...sizes.map((row) => lineOf(row, everybody)),
    ];
    for (const { name, judge } of goals) expect(judge(lines).isMet, name).toBeDefined();
  });
});
