import { describe, expect, it } from 'vitest';
import { AbortError, InvalidStateError, TimeoutError } from '../../src/contract/errors.ts';
import { LeaseLostError } from '../../src/contract/lease.ts';

const classes = [
  ['TimeoutError', TimeoutError],
  ['AbortError', AbortError],
  ['InvalidStateError', InvalidStateError],
] as const;

describe.each(classes)('%s', (name, Class) => {
  it('is an Error with a name, a message, a cause and a stack', () => {
    const cause = { why: 1 };
    const error = new Class('message', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ name, message: 'message', cause });
    expect(String(error)).toBe(`${name}: message`);
    expect(error.stack).toMatch(/errors\.test\.ts/);
    expect(error.stack?.split('\n')[0]).toBe(`${name}: message`);
  });

  it('has no enumerable property of its own', () => {
    expect(Object.keys(new Class('message'))).toEqual([]);
    expect(new Class()).not.toHaveProperty('cause');
  });
});

describe.each([...classes, ['LeaseLostError', LeaseLostError] as const])('the name of a %s', (name, Class) => {
  const make = (): Error => new (Class as new (...args: string[]) => Error)('message', 'taken');

  it('is a data property of the prototype, as in built-in errors', () => {
    expect(Object.getOwnPropertyDescriptor(Class.prototype, 'name')).toEqual({
      value: name,
      writable: true,
      configurable: true,
      enumerable: false,
    });
    expect(Class).toHaveProperty('name', name);
    expect(Object.hasOwn(make(), 'name')).toBe(false);
  });

  it('can be assigned in the constructor of a subclass', () => {
    class Late extends (Class as typeof TimeoutError) {
      constructor(message: string) {
        super(message);
        this.name = 'Late';
      }
    }
    const error = new Late('mine');
    expect(error).toBeInstanceOf(Class);
    expect(error.name).toBe('Late');
    expect(String(error)).toMatch(/^Late: /);
    expect(make().name).toBe(name);
  });

  it('can be a field of a subclass', () => {
    class Late extends (Class as typeof TimeoutError) {
      override name = 'Late';
    }
    expect(new Late('mine').name).toBe('Late');
  });

  it('can be assigned on one error, and stays as it is on others', () => {
    const error = Object.assign(make(), { name: 'Mine' });
    expect([error.name, make().name]).toEqual(['Mine', name]);
  });
});
