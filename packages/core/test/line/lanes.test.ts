// Through the line, whose waiters stand in lanes: how they are kept is not for others to know.
import { type Queued, waitersOf } from '@valvekit/core/line';
import { describe, expect, it } from 'vitest';
import { ENTER, Permits, RANKED } from '../permits.ts';

/** A waiter and what a model needs to know of it. */
interface Entry {
  readonly waiter: Queued<number>;
  readonly rank: number;
  readonly priority: number;
  readonly arrival: number;
}

/** A line in which all wait, and the same as a sorted array. */
class Rows {
  readonly permits: Permits = new Permits(0);
  model: Entry[] = [];
  #arrivals = 0;

  join(priority: number, rank = 0): Entry {
    const waiter = this.permits.wait(() => {}, { priority }, RANKED[rank]);
    const entry = { waiter, rank, priority, arrival: this.#arrivals++ };
    this.model.push(entry);
    this.model.sort((a, b) => b.rank - a.rank || b.priority - a.priority || a.arrival - b.arrival);
    return entry;
  }

  leave(entry: Entry): void {
    this.permits.end(entry.waiter, 'left');
    this.model = this.model.filter((each) => each !== entry);
  }

  /** Grants to the head. */
  grant(): void {
    this.permits.line.giveBack(1);
    this.model.shift();
  }

  check(): void {
    const { line } = this.permits;
    const expected = this.model.map(({ waiter }) => waiter);
    expect(line.size).toBe(expected.length);
    expect(waitersOf(line).map((waiter) => expected.indexOf(waiter))).toEqual([...expected.keys()]);
  }
}

/** Numbers that are the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

describe('the lanes of a line', () => {
  const n = 200;
  it.each<[string, (i: number) => number]>([
    ['rising', (i) => i],
    ['falling', (i) => -i],
    ['rising and falling', (i) => (i % 2 === 0 ? i : -i)],
    ['equal', () => 3],
    ['few and repeated', (i) => i % 5],
    [
      'fractions, large and negative',
      (i) => [0.1, -0.1, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 40][i % 5] as number,
    ],
  ])('keep %s priorities in order, whatever leaves', (_, priorityOf) => {
    const rows = new Rows();
    const entries = Array.from({ length: n }, (__, i) => rows.join(priorityOf(i)));
    rows.check();
    for (const entry of entries.filter((___, i) => i % 3 === 1)) rows.leave(entry);
    rows.check();
    while (rows.model.length > n / 2) {
      rows.grant();
      rows.check();
    }
    rows.join(priorityOf(7));
    while (rows.model.length > 0) rows.grant();
    rows.check();
  });

  it.each([1, 2, 3, 4, 5])('agree with a sorted array after each of 2,000 random steps (%d)', (seed) => {
    const random = randomNumbers(seed);
    const rows = new Rows();
    for (let step = 0; step < 2000; step++) {
      const dice = random(10);
      if (rows.model.length === 0 || dice < 5) rows.join(random(40) - 20, random(10) === 0 ? 1 + random(2) : 0);
      else if (dice < 8) rows.leave(rows.model[random(rows.model.length)] as Entry);
      else rows.grant();
      rows.check();
    }
  });

  it('agree with a sorted array while hundreds of them come and go', () => {
    const random = randomNumbers(6);
    const rows = new Rows();
    for (let step = 0; step < 1800; step++) {
      const dice = random(20);
      const isJoining = dice < (step < 1000 ? 16 : 5);
      if (isJoining || rows.model.length === 0) rows.join(random(100_000), random(3));
      else if (dice % 2 === 0) rows.leave(rows.model[random(rows.model.length)] as Entry);
      else rows.grant();
      if (step % 50 === 0) rows.check();
    }
    while (rows.model.length > 0) rows.grant();
    rows.check();
  });

  it('put a higher rank before any priority', () => {
    const rows = new Rows();
    rows.join(Number.MAX_VALUE, 0);
    rows.join(-5, 1);
    rows.join(Number.MIN_SAFE_INTEGER, 2);
    rows.join(9, 1);
    rows.join(-5, 1);
    expect(rows.model.map(({ rank }) => rank)).toEqual([2, 1, 1, 1, 0]);
    rows.check();
  });

  it('tell apart equal priorities of different ranks', () => {
    const rows = new Rows();
    const [low, high] = [rows.join(1, 0), rows.join(1, 1)];
    rows.check();
    rows.leave(high);
    rows.join(1, 1);
    rows.leave(low);
    rows.check();
  });

  it('take 0 and -0 for one priority', () => {
    const rows = new Rows();
    for (const priority of [0, -0, 1, 0, -0]) rows.join(priority);
    rows.check();
    expect(rows.permits.line.admitNow(1, ENTER, -0)).toBe(false);
  });
});

describe('a lane', () => {
  /** The lane of a waiter that is alone in it. */
  const laneOf = ({ waiter }: Entry) => waiter.next;

  it('stays when it is the only one and its last waiter leaves', () => {
    const rows = new Rows();
    const first = rows.join(3);
    const lane = laneOf(first);
    rows.leave(first);
    expect(rows.permits.line.admitNow(0, ENTER, 3)).toBe(true);
    expect(laneOf(rows.join(3))).toBe(lane);
  });

  it('makes room for one of another priority when it is empty', () => {
    const rows = new Rows();
    const first = rows.join(3);
    const lane = laneOf(first);
    rows.leave(first);
    const other = rows.join(2);
    expect(laneOf(other)).not.toBe(lane);
    const again = rows.join(3);
    expect(laneOf(again)).not.toBe(lane);
    rows.check();
    expect(rows.permits.line.admitNow(0, ENTER, 2)).toBe(false);
  });

  it('leaves when its last waiter leaves and there are others', () => {
    const rows = new Rows();
    rows.join(0);
    const leaver = rows.join(5);
    const lane = laneOf(leaver);
    rows.leave(leaver);
    rows.check();
    expect(rows.permits.line.admitNow(0, ENTER, 1)).toBe(true);
    expect(laneOf(rows.join(5))).not.toBe(lane);
    rows.check();
  });
});

describe('20,000 distinct priorities', { timeout: 60_000 }, () => {
  const n = 20_000;
  // Two numbers for each comparison: the two searches for the lane, what they have found, and the look at the head.
  const most = n * (Math.ceil(Math.log2(n)) + 3) * 2;

  it.each<[string, (i: number) => number]>([
    ['rising', (i) => i],
    ['falling', (i) => -i],
    ['in no order', (i) => (i * 7919) % n],
  ])('join and leave by a logarithm of comparisons each, if they are %s', (_, priorityOf) => {
    let comparisons = 0;
    /** A priority that counts how often it is compared. */
    const counting = (value: number): number =>
      ({
        valueOf() {
          comparisons++;
          return value;
        },
      }) as unknown as number;
    const permits = new Permits(0);
    for (let i = 0; i < n; i++) {
      const terms = { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: counting(priorityOf(i)) };
      permits.ask(() => {}, undefined, { ...ENTER, terms: () => terms });
    }
    expect(permits.line.size).toBe(n);
    expect(comparisons).toBeLessThan(most);
    comparisons = 0;
    permits.line.cancelAll('over');
    expect(comparisons).toBeLessThan(most);
  });
});
