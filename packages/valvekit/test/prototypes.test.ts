import { Hold } from '@valvekit/core/line';
import { expect, it } from 'vitest';
import * as valvekit from '../src/index.ts';

const { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore } = valvekit;
const tagOf = (value: object): string => Object.prototype.toString.call(value);
const classes = { ...valvekit, Hold };

// jest-mock makes mocks of the methods of a prototype only if its tag is that of a plain object.
it.each(Object.entries(classes).filter(([, value]) => 'prototype' in value))(
  'the prototype of %s, and of a subclass, looks like any other prototype',
  (_, Class) => {
    class Subclass extends (Class as new () => object) {}
    expect([Class.prototype, Subclass.prototype, Object.create(Subclass.prototype)].map(tagOf)).toEqual(
      Array(3).fill('[object Object]'),
    );
  },
);

// Vue's `reactive`, MobX and immer wrap or change what looks like a plain object.
it('every object that users hold has a tag of its own', async () => {
  const lock = new ReadWriteLock();
  const keyed = new KeyedLocks();
  const objects = [
    new Mutex(),
    new Semaphore(),
    lock,
    lock.read,
    lock.write,
    lock.upgradable,
    new Barrier(0),
    new ASemaphore(),
    keyed,
    keyed.mutex('key'),
    keyed.semaphore('key', 2),
    keyed.readWriteLock('key').read,
    keyed.readWriteLock('key').write,
    await new Mutex().acquire(),
    await new ReadWriteLock().read.acquire(),
    await new ReadWriteLock().write.acquire(),
    await new ReadWriteLock().upgradable.acquire(),
    await keyed.mutex('key').acquire(),
    await valvekit.acquireAll([new Mutex()]),
  ];
  expect(objects.map(tagOf).filter((tag) => tag === '[object Object]')).toEqual([]);
});
