import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as asemaphore from '@valvekit/asemaphore';
import * as barrier from '@valvekit/barrier';
import * as core from '@valvekit/core';
import * as line from '@valvekit/core/line';
import * as keyed from '@valvekit/keyed';
import * as mutex from '@valvekit/mutex';
import * as rwlock from '@valvekit/rwlock';
import * as semaphore from '@valvekit/semaphore';
import type {
  Acquirable,
  ASemaphoreArguments,
  AsyncLockable,
  BarrierArguments,
  BarrierCallback,
  Callback,
  Condition,
  Fire,
  GiveUpOptions,
  Guard,
  KeyedLock,
  Lease,
  Lockable,
  Locks,
  LossReason,
  NameOptions,
  PermitOptions,
  ReadWriteLockOptions,
  Scalar,
  Several,
  StreamOptions,
  UpgradableGuard,
  WaitOptions,
  WriteGuard,
} from 'valvekit';
import * as valvekit from 'valvekit';
import { describe, expect, expectTypeOf, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const packages = { mutex, rwlock, semaphore, barrier, asemaphore, keyed };
const names = Object.keys(packages) as (keyof typeof packages)[];
const errors = ['AbortError', 'InvalidStateError', 'TimeoutError'] as const;

/** All names that an index exports by name, types included. */
function namesIn(name: string): string[] {
  const index = readFileSync(join(root, `packages/${name}/src/index.ts`), 'utf8').replace(/\/\/.*$/gm, '');
  return Array.from(index.matchAll(/\{([^}]*)\}/g), ([, list = '']) => list.split(','))
    .flat()
    .map((item) => item.trim().split(' ').at(-1) as string)
    .filter((item) => item !== '');
}

describe('valvekit', () => {
  it('has all that its packages export, and the names of version 0.2', () => {
    const all = { ...core, ...mutex, ...rwlock, ...semaphore, ...barrier, ...asemaphore, ...keyed };
    expect({ ...valvekit }).toEqual({ ...all, Lock: rwlock.ReadWriteLock, createLock: rwlock.createReadWriteLock });
  });

  it('calls its classes and functions what it exports them as', () => {
    const { Lock: _Lock, createLock: _createLock, ...own } = valvekit;
    expect(Object.entries(own).filter(([key, { name }]) => key !== name)).toEqual([]);
  });

  it('has all types that its packages export', () => {
    const index = readFileSync(join(root, 'packages/valvekit/src/index.ts'), 'utf8');
    expect(index).toContain("export * from '@valvekit/core';");
    const there = new Set([...namesIn('core'), ...namesIn('valvekit')]);
    for (const name of names) {
      expect(namesIn(name).length).toBeGreaterThan(3);
      expect(namesIn(name).filter((item) => !there.has(item))).toEqual([]);
    }
  });

  it('has nothing for authors of primitives, and no default', () => {
    expect(Object.keys(line)).toContain('WaiterQueue');
    expect(Object.keys(line).filter((name) => name in valvekit)).toEqual([]);
    for (const all of [valvekit, core, line, ...Object.values(packages)]) expect(all).not.toHaveProperty('default');
  });

  it('is made of all packages that are published, but for those that are installed by themselves', () => {
    const manifests = globSync('packages/*/package.json', { cwd: root }).map(
      (file) =>
        JSON.parse(readFileSync(join(root, file), 'utf8')) as {
          name: string;
          private?: boolean;
          dependencies?: Record<string, string>;
        },
    );
    const published = manifests.filter((manifest) => !manifest.private).map(({ name }) => name);
    const umbrella = manifests.find(({ name }) => name === 'valvekit');
    const apart = ['inspect', 'lite', 'lease', 'redis', 'postgres', 'tabs'].map((name) => `@valvekit/${name}`);
    expect(['valvekit', ...apart, ...Object.keys(umbrella?.dependencies ?? {})].sort()).toEqual(published.sort());
  });

  it('calls the ReadWriteLock by its name of version 0.2, too', () => {
    expect(valvekit.Lock).toBe(valvekit.ReadWriteLock);
    expect(valvekit.createLock).toBe(valvekit.createReadWriteLock);
    const lock: valvekit.Lock = valvekit.createLock();
    expect(lock).toBeInstanceOf(valvekit.Lock);
  });

  it('has the types that its users need', () => {
    expectTypeOf<Lockable>().toEqualTypeOf<Lockable<Guard>>();
    expectTypeOf<Lockable>().toExtend<Acquirable>();
    expectTypeOf<AsyncLockable>().toExtend<Acquirable<Lease>>();
    expectTypeOf<Locks>().toHaveProperty('readWriteLock');
    expectTypeOf<KeyedLock>().toExtend<Lockable>();
    expectTypeOf<Several>().toExtend<Iterable<unknown>>();
    expectTypeOf<LossReason>().toExtend<string>();
    expectTypeOf<WriteGuard>().toExtend<Guard>();
    expectTypeOf<UpgradableGuard>().toExtend<Guard>();
    expectTypeOf<WaitOptions>().toExtend<GiveUpOptions>();
    expectTypeOf<PermitOptions>().toExtend<WaitOptions>();
    expectTypeOf<StreamOptions>().toExtend<WaitOptions>();
    expectTypeOf<ReadWriteLockOptions>().toExtend<NameOptions>();
    expectTypeOf<Callback>().toBeFunction();
    expectTypeOf<BarrierCallback<string>>().toBeFunction();
    expectTypeOf<Fire>().toBeFunction();
    expectTypeOf<readonly string[]>().toExtend<Condition<string>>();
    expectTypeOf<null>().toExtend<Scalar>();
    expectTypeOf<['red', NameOptions]>().toExtend<BarrierArguments<string>>();
    expectTypeOf<[number, Fire, NameOptions]>().toExtend<ASemaphoreArguments>();
  });
});

describe('the packages', () => {
  const { TimeoutError, AbortError, InvalidStateError } = core;

  it.each(['mutex', 'rwlock', 'semaphore', 'asemaphore', 'keyed'] as const)(
    '@valvekit/%s exports all errors',
    (name) => {
      expect(packages[name]).toMatchObject({ TimeoutError, AbortError, InvalidStateError });
    },
  );

  it('@valvekit/barrier exports the errors that a Barrier rejects with', () => {
    expect(barrier).toMatchObject({ TimeoutError, AbortError });
    expect(barrier).not.toHaveProperty('InvalidStateError');
  });

  it('export their class, its functions and errors, and nothing else', () => {
    const own = (name: keyof typeof packages) =>
      Object.keys(packages[name])
        .filter((key) => !errors.includes(key as never))
        .sort();
    expect(own('mutex')).toEqual(['Mutex', 'createMutex']);
    expect(own('rwlock')).toEqual(['ReadWriteLock', 'createReadWriteLock']);
    // With the locks of wider scopes, `map` and `stream` can reject with the one error that they add.
    expect(own('semaphore')).toEqual(['LeaseLostError', 'Semaphore', 'createSemaphore', 'map', 'stream']);
    expect(own('barrier')).toEqual(['Barrier', 'createBarrier']);
    expect(own('asemaphore')).toEqual(['ASemaphore', 'createASemaphore']);
    expect(own('keyed')).toEqual(['KeyedLocks', 'acquireAll', 'sandboxAll', 'tryAcquireAll']);
  });

  const locks = ['Callback', 'GiveUpOptions', 'Guard', 'Lockable', 'NameOptions', 'WaitOptions'];
  it.each<[keyof typeof packages, string[]]>([
    ['mutex', locks],
    ['rwlock', [...locks, 'ReadWriteLockOptions', 'UpgradableGuard', 'WriteGuard']],
    ['semaphore', [...locks, 'Acquirable', 'AsyncLockable', 'Lease', 'PermitOptions', 'StreamOptions']],
    ['barrier', ['BarrierArguments', 'BarrierCallback', 'Condition', 'GiveUpOptions', 'NameOptions', 'Scalar']],
    ['asemaphore', ['ASemaphoreArguments', 'Fire', 'GiveUpOptions', 'NameOptions']],
    [
      'keyed',
      [...locks.filter((type) => type !== 'Callback'), 'KeyedLock', 'Locks', 'PermitOptions', 'Several', 'WriteGuard'],
    ],
  ])('@valvekit/%s exports the types that its users need, and no others', (name, types) => {
    const values = Object.keys(packages[name]);
    expect(
      namesIn(name)
        .filter((item) => !values.includes(item))
        .sort(),
    ).toEqual([...types].sort());
  });
});
