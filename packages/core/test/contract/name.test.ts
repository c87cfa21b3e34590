import { describe, expect, it, vi } from 'vitest';
import { TimeoutError } from '../../src/contract/errors.ts';
import { label, type Named, readName, timeoutError } from '../../src/contract/name.ts';

const thing = (name?: string): Named => ({ name, [Symbol.toStringTag]: 'Thing' });

describe('readName()', () => {
  it('returns the name, or undefined where none is given', () => {
    expect(readName({ name: 'token' })).toBe('token');
    expect(readName({ name: '' })).toBe('');
    for (const options of [undefined, {}, { name: undefined }]) expect(readName(options)).toBe(undefined);
  });

  it('reads the name once', () => {
    const get = vi.fn(() => 'token');
    expect(readName(Object.defineProperty({}, 'name', { get }))).toBe('token');
    expect(get).toHaveBeenCalledOnce();
  });

  it.each([
    [null, 'null'],
    [5, '5'],
    [true, 'true'],
    [Symbol('s'), 'Symbol(s)'],
    [{}, '[object Object]'],
    [Object('token'), '[object String]'],
    [() => 'token', 'a function'],
  ])('refuses %o as a name', (name, shown) => {
    expect(() => readName({ name } as never)).toThrow(new TypeError(`name must be a string, but is ${shown}`));
  });

  it.each([
    [null, 'null'],
    ['token', '"token"'],
    [5, '5'],
  ])('refuses %o as options', (options, shown) => {
    expect(() => readName(options as never)).toThrow(new TypeError(`options must be an object, but is ${shown}`));
  });
});

describe('label()', () => {
  it('is the kind, followed by the name in quotes if there is one', () => {
    expect(label(thing())).toBe('Thing');
    expect(label(thing('token'))).toBe('Thing "token"');
    expect(label(thing(''))).toBe('Thing ""');
    expect(label(thing('a "b"\n'))).toBe('Thing "a \\"b\\"\\n"');
  });
});

describe('timeoutError()', () => {
  it('names the lock, the operation and the time', () => {
    expect(timeoutError(thing(), 'acquire', 500)).toEqual(new TimeoutError('Thing: acquire() timed out after 500 ms'));
    expect(timeoutError(thing('token'), 'read.acquire', -0.5).message).toBe(
      'Thing "token": read.acquire() timed out after -0.5 ms',
    );
  });

  it('is a new error each time', () => {
    expect(timeoutError(thing(), 'a', 1)).not.toBe(timeoutError(thing(), 'a', 1));
  });
});
