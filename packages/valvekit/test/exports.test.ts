import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as asemaphore from '@valvekit/asemaphore';
import * as barrier from '@valvekit/barrier';
import * as core from '@valvekit/core';
import * as mutex from '@valvekit/mutex';
import * as rwlock from '@valvekit/rwlock';
import * as semaphore from '@valvekit/semaphore';
import type {
  BarrierCallback,
  Callback,
  Condition,
  Fire,
  Guard,
  Lockable,
  PermitOptions,
  ReadWriteLockOptions,
  UpgradableGuard,
  WaitOptions,
  WriteGuard,
} from 'valvekit';
import * as valvekit from 'valvekit';
import { describe, expect, expectTypeOf, it } from 'vitest';

const primitives = { mutex, rwlock, semaphore, barrier, asemaphore };
const errors = ['AbortError', 'InvalidStateError', 'TimeoutError'] as const;

describe('valvekit', () => {
  const classes = ['ASemaphore', 'Barrier', 'Lock', 'Mutex', 'ReadWriteLock', 'Semaphore', 'WaiterQueue'];
  const makers = ['ASemaphore', 'Barrier', 'Lock', 'Mutex', 'ReadWriteLock', 'Semaphore'].map(
    (name) => `create${name}`,
  );

  it.each([...classes, ...makers, ...errors])('exports %s', (name) => {
    expect(valvekit).toHaveProperty(name, expect.any(Function));
  });

  it.each(Object.entries(primitives))('exports all of @valvekit/%s, the same things', (_, primitive) => {
    expect(valvekit).toMatchObject({ ...primitive });
    for (const [name, value] of Object.entries(primitive))
      expect(Object.entries(valvekit)).toContainEqual([name, value]);
  });

  it('is made of all packages that are published', () => {
    const root = join(import.meta.dirname, '../../..');
    const manifests = globSync('packages/*/package.json', { cwd: root }).map(
      (file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string; private?: boolean },
    );
    const published = manifests.filter((manifest) => !manifest.private).map(({ name }) => name);
    const primitiveNames = Object.keys(primitives).map((name) => `@valvekit/${name}`);
    expect(published.sort()).toEqual(['valvekit', '@valvekit/core', ...primitiveNames].sort());
  });

  it('exports nothing that is of none of the packages, and no default', () => {
    const known = new Set<unknown>([
      ...Object.values(core),
      ...Object.values(primitives).flatMap((p) => Object.values(p)),
    ]);
    expect(Object.entries(valvekit).filter(([, value]) => !known.has(value))).toEqual([]);
    for (const all of [valvekit, core, ...Object.values(primitives)]) expect(all).not.toHaveProperty('default');
  });

  it('knows the ReadWriteLock by its name of version 0.2, too', () => {
    expect(valvekit.Lock).toBe(valvekit.ReadWriteLock);
    expect(valvekit.createLock).toBe(valvekit.createReadWriteLock);
    const lock: valvekit.Lock = valvekit.createLock();
    expect(lock).toBeInstanceOf(valvekit.Lock);
  });

  it('exports the types that its users need', () => {
    expectTypeOf<Lockable>().toEqualTypeOf<Lockable<Guard>>();
    expectTypeOf<WriteGuard>().toExtend<Guard>();
    expectTypeOf<UpgradableGuard>().toExtend<Guard>();
    expectTypeOf<PermitOptions>().toExtend<WaitOptions>();
    expectTypeOf<Callback>().toBeFunction();
    expectTypeOf<BarrierCallback<string>>().toBeFunction();
    expectTypeOf<Fire>().toBeFunction();
    expectTypeOf<readonly string[]>().toExtend<Condition<string>>();
    expectTypeOf<ReadWriteLockOptions>().toHaveProperty('policy');
  });
});

describe('the packages of the primitives', () => {
  const { TimeoutError, AbortError, InvalidStateError } = core;

  it.each(['mutex', 'rwlock', 'semaphore', 'asemaphore'] as const)('@valvekit/%s exports all errors', (name) => {
    expect(primitives[name]).toMatchObject({ TimeoutError, AbortError, InvalidStateError });
  });

  it('@valvekit/barrier exports the errors that a Barrier gives', () => {
    expect(barrier).toMatchObject({ TimeoutError, AbortError });
  });

  it('export their class, its maker and errors, and nothing else', () => {
    const own = (name: keyof typeof primitives) =>
      Object.keys(primitives[name])
        .filter((key) => !errors.includes(key as never))
        .sort();
    expect(own('mutex')).toEqual(['Mutex', 'createMutex']);
    expect(own('rwlock')).toEqual(['ReadWriteLock', 'createReadWriteLock']);
    expect(own('semaphore')).toEqual(['Semaphore', 'createSemaphore']);
    expect(own('barrier')).toEqual(['Barrier', 'createBarrier']);
    expect(own('asemaphore')).toEqual(['ASemaphore', 'createASemaphore']);
  });
});
