import { describe, expect, it } from 'vitest';
import { median, ratio, shuffled } from '../src/statistics.ts';

describe('median', () => {
  it('is the middle of an odd number of values, in whatever order', () => {
    expect(median([30, 1, 2])).toBe(2);
  });

  it('is the mean of the middle two of an even number of values', () => {
    expect(median([4, 1, 100, 2])).toBe(3);
  });

  it('does not change its argument', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('is NaN without values', () => {
    expect(median([])).toBeNaN();
  });
});

describe('ratio', () => {
  it('compares the values of the same round', () => {
    // The machine was ten times slower in the second round, and for one subject also in the third.
    expect(ratio([20, 200, 200], [10, 100, 10])).toBe(2);
  });

  it('ignores rounds that only one subject has', () => {
    expect(ratio([20, 20, 1000], [10])).toBe(2);
  });
});

describe('shuffled', () => {
  it('keeps all values', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(new Set(shuffled(values))).toEqual(new Set(values));
    expect(shuffled(values)).toHaveLength(values.length);
  });

  it('can put any value in any place', () => {
    const firsts = new Set(Array.from({ length: 500 }, () => shuffled(['a', 'b', 'c'])[0]));
    expect(firsts).toEqual(new Set(['a', 'b', 'c']));
  });
});
