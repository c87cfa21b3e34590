import {
  type Entry,
  type LockClass,
  type Report,
  snapshot,
  toDiagnosticsChannel,
  toPerformance,
  type Undo,
  type Watchable,
  type WatchOptions,
  watch,
} from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import {
  type Acquirable,
  ASemaphore,
  Barrier,
  KeyedLocks,
  type Locks,
  Mutex,
  ReadWriteLock,
  Semaphore,
} from 'valvekit';
import { expectTypeOf, test } from 'vitest';

test('takes every lock, family and class', () => {
  class Mine extends Mutex {
    constructor(city: string) {
      super({ name: city });
    }
  }
  const keys = new KeyedLocks<object>();
  for (const target of [
    new Mutex(),
    new Semaphore(2),
    new ReadWriteLock(),
    new ReadWriteLock().upgradable,
    new Barrier('a'),
    new ASemaphore(),
    new Mine('Rome'),
    new lite.Mutex(),
    new lite.ReadWriteLock(),
    keys,
    keys.mutex({}),
    keys.readWriteLock({}),
    {} as Acquirable,
    {} as Locks,
  ]) {
    expectTypeOf(target).toExtend<Watchable>();
  }
  for (const target of [Mutex, Semaphore, ReadWriteLock, Barrier, ASemaphore, KeyedLocks, Mine, lite.Semaphore]) {
    expectTypeOf(target).toExtend<LockClass>();
    expectTypeOf(watch(target)).toEqualTypeOf<Undo>();
  }
  // @ts-expect-error no lock
  watch({});
  // @ts-expect-error no class of locks
  watch(Map);
});

test('gives what a `using` block disposes of', () => {
  using _watching = watch(new Mutex(), { name: (lock) => String(lock), stacks: true, slow: { wait: 1 } });
  using _measuring = toPerformance();
  using _publishing = toDiagnosticsChannel();
  expectTypeOf(_watching).toExtend<Disposable>();
});

test('has entries and reports', () => {
  expectTypeOf(snapshot()).toEqualTypeOf<readonly Entry[]>();
  expectTypeOf<Entry['kind']>().toEqualTypeOf<'wait' | 'hold'>();
  expectTypeOf<Entry['since']>().toEqualTypeOf<Date>();
  expectTypeOf<Report['entries']>().toEqualTypeOf<readonly Entry[]>();
  expectTypeOf<WatchOptions>().toExtend<{ onReport?: ((report: Report) => void) | undefined }>();
  // @ts-expect-error no such option
  watch(new Mutex(), { slow: 5 });
});
