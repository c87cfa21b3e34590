// Automatic mocks of test runners have the methods of the classes.
import { describe, expect, it, vi } from 'vitest';
import * as mocked from '../src/index.ts';

vi.mock('../src/index.ts');

const classes = ['Mutex', 'Semaphore', 'ReadWriteLock', 'Barrier', 'ASemaphore'] as const;

/** The methods that a class has itself. */
function methodsOf(prototype: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name);
}

describe.each(classes)('a mocked %s', (name) => {
  it('has all methods in vitest', async () => {
    const { [name]: Real } = await vi.importActual<typeof mocked>('../src/index.ts');
    const methods = methodsOf(Real.prototype);
    expect(methods).toContain('cancel');
    const mock = new (mocked[name] as new () => object)();
    for (const method of methods) expect(vi.isMockFunction(Reflect.get(mock, method)), method).toBe(true);
  });

  // jest looks for methods where the tag is that of a plain object, and on instances the tag keeps others off.
  it('has all methods in jest, which looks for them in plain objects', async () => {
    const { [name]: Real } = await vi.importActual<typeof mocked>('../src/index.ts');
    class Derived extends (Real as new () => object) {}
    const tags = [Real.prototype, Derived.prototype, new Derived()].map((each) =>
      Object.prototype.toString.call(each),
    );
    expect(tags).toEqual(['[object Object]', '[object Object]', `[object ${name}]`]);
  });
});
