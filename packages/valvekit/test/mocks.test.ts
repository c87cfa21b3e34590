// Automatic mocks of test runners have the methods of the classes.
import { describe, expect, it, vi } from 'vitest';
import { ASemaphore, Barrier, Mutex, ReadWriteLock, Semaphore } from '../src/index.ts';

vi.mock('../src/index.ts');

const mocked = Object.entries({ Mutex, Semaphore, ReadWriteLock, Barrier, ASemaphore });

type Class = new () => object;

async function realClass(name: string): Promise<Class> {
  return Reflect.get(await vi.importActual<object>('../src/index.ts'), name) as Class;
}

/** The methods that a class has itself. */
function methodsOf(prototype: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name);
}

describe.each(mocked)('a mocked %s', (name, Mock) => {
  it('has all methods in vitest', async () => {
    const methods = methodsOf((await realClass(name)).prototype);
    expect(methods).toContain('cancel');
    const mock = new (Mock as Class)();
    for (const method of methods) expect(vi.isMockFunction(Reflect.get(mock, method)), method).toBe(true);
  });

  // jest looks for methods where the tag is that of a plain object, and on instances the tag keeps others off.
  it('has all methods in jest, which looks for them in plain objects', async () => {
    const Real = await realClass(name);
    class Derived extends Real {}
    const tags = [Real.prototype, Derived.prototype, new Derived()].map((each) => Object.prototype.toString.call(each));
    expect(tags).toEqual(['[object Object]', '[object Object]', `[object ${name}]`]);
  });
});
