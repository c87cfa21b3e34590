import { describe, expect, it } from 'vitest';
import { checkedCapacity, checkedPermits, refusalOf } from '../../src/contract/permits.ts';

describe('checkedCapacity()', () => {
  it.each([0, 1, 5, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])('returns %d as it is', (capacity) => {
    expect(checkedCapacity(capacity)).toBe(capacity);
  });

  it('turns -0 into 0', () => {
    expect(Object.is(checkedCapacity(-0), 0)).toBe(true);
  });

  it.each([
    [-1, RangeError, '-1'],
    [0.5, RangeError, '0.5'],
    [Number.NaN, RangeError, 'NaN'],
    [Number.NEGATIVE_INFINITY, RangeError, '-Infinity'],
    ['3', TypeError, '"3"'],
    [undefined, TypeError, 'undefined'],
  ])('refuses %o', (capacity, Refusal, shown) => {
    expect(() => checkedCapacity(capacity as number)).toThrow(
      new Refusal(`capacity must be an integer of at least 0, but is ${shown}`),
    );
  });
});

describe('checkedPermits()', () => {
  it.each([
    [1, 1],
    [3, 3],
    [2, Number.POSITIVE_INFINITY],
    [1, 0],
    [9, 0],
  ])('returns %d of a capacity of %d', (permits, capacity) => {
    expect(checkedPermits(permits, capacity)).toBe(permits);
  });

  it.each([
    [0, RangeError, '0'],
    [1.5, RangeError, '1.5'],
    [Number.POSITIVE_INFINITY, RangeError, 'Infinity'],
    ['2', TypeError, '"2"'],
    [null, TypeError, 'null'],
  ])('refuses %o of any capacity', (permits, Refusal, shown) => {
    for (const capacity of [0, 3, Number.POSITIVE_INFINITY]) {
      expect(() => checkedPermits(permits as number, capacity)).toThrow(
        new Refusal(`permits must be an integer of at least 1, but is ${shown}`),
      );
    }
  });

  it('refuses more than the capacity', () => {
    expect(() => checkedPermits(4, 3)).toThrow(new RangeError('permits must be at most the capacity, 3, but is 4'));
  });
});

describe('refusalOf()', () => {
  it('is the error of a request that can never be granted, and undefined for others', () => {
    expect(refusalOf(4, 3)).toEqual(new RangeError('permits must be at most the capacity, 3, but is 4'));
    expect([refusalOf(3, 3), refusalOf(4, 0), refusalOf(4, Number.POSITIVE_INFINITY)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
