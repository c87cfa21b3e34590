import { describe, expect, it } from 'vitest';
import { mismatch, requireCount, requireFunction, requireOptions, requireThat } from '../../src/contract/arguments.ts';

describe('mismatch()', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [-0.5, '-0.5'],
    ['a "b"', '"a \\"b\\""'],
    [5n, '5n'],
    [true, 'true'],
    [Symbol('s'), 'Symbol(s)'],
    [() => {}, 'a function'],
    [class {}, 'a function'],
    [{ a: 1 }, '[object Object]'],
    [[1], '[object Array]'],
    [Object.create(null), '[object Object]'],
    [new Map(), '[object Map]'],
  ])('shows %o', (value, shown) => {
    expect(mismatch('thing', 'something else', value)).toBe(`thing must be something else, but is ${shown}`);
  });
});

describe('requireThat()', () => {
  it('throws a TypeError unless the value is good', () => {
    expect(() => requireThat(true, 'thing', 'good', 'bad')).not.toThrow();
    expect(() => requireThat(false, 'thing', 'good', 'bad')).toThrow(new TypeError('thing must be good, but is "bad"'));
  });

  it('throws an error of the class that is asked for', () => {
    expect(() => requireThat(false, 'thing', 'less', 9, RangeError)).toThrow(
      new RangeError('thing must be less, but is 9'),
    );
  });
});

describe('requireFunction()', () => {
  it('accepts any function, and nothing else', () => {
    for (const fn of [() => {}, async () => {}, class {}, Math.max]) requireFunction('fn', fn);
    for (const value of [undefined, null, {}, 'fn', 5]) {
      expect(() => requireFunction('fn', value)).toThrow(TypeError);
      expect(() => requireFunction('fn', value)).toThrow(/^fn must be a function, but is /);
    }
  });
});

describe('requireCount()', () => {
  it('accepts integers of at least the least', () => {
    for (const [value, least] of [
      [0, 0],
      [-0, 0],
      [1, 1],
      [Number.MAX_SAFE_INTEGER, 1],
    ] as const) {
      expect(() => requireCount('n', value, least)).not.toThrow();
    }
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %s with a RangeError', (value) => {
    expect(() => requireCount('n', value, 0)).toThrow(
      new RangeError(`n must be an integer of at least 0, but is ${value}`),
    );
  });

  it('refuses less than the least', () => {
    expect(() => requireCount('n', 0, 1)).toThrow(new RangeError('n must be an integer of at least 1, but is 0'));
  });

  it.each(['1', null, undefined, 1n, true, [1]])('refuses %o with a TypeError', (value) => {
    expect(() => requireCount('n', value, 0)).toThrow(TypeError);
  });
});

describe('requireOptions()', () => {
  it('accepts undefined and any object', () => {
    for (const options of [undefined, {}, Object.create(null), [], new Map()]) requireOptions(options);
  });

  it.each([
    [null, 'null'],
    [5, '5'],
    ['text', '"text"'],
    [true, 'true'],
    [() => {}, 'a function'],
  ])('refuses %o with a TypeError', (options, shown) => {
    expect(() => requireOptions(options)).toThrow(new TypeError(`options must be an object, but is ${shown}`));
  });
});
