import { watch } from '@valvekit/inspect';
import * as lite from '@valvekit/lite';
import {
  keyedMutexUnderTest,
  keyedReadSideUnderTest,
  keyedSemaphoreUnderTest,
  keyedWriteSideUnderTest,
} from '@valvekit-internal/laws/line/keyed-under-test';
import { lockLaws, scopedLockLaws } from '@valvekit-internal/laws/line/lock-laws';
import {
  type Lack,
  mutexUnderTest,
  readSideUnderTest,
  semaphoreUnderTest,
  upgradableSideUnderTest,
  writeSideUnderTest,
} from '@valvekit-internal/laws/line/lock-under-test';
import { severalUnderTest } from '@valvekit-internal/laws/line/several-under-test';
import { KeyedLocks, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { vi } from 'vitest';
import { mutexUnderTest as liteMutexUnderTest } from '../../lite/test/under-test.ts';

// It takes longer on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const settings = { onReport() {} };

function watched<T extends Parameters<typeof watch>[0]>(target: T): T {
  watch(target, settings);
  return target;
}

/** Promises of a watched lock may settle a few microtasks later. */
function later<T extends { readonly lacks?: readonly Lack[] }>(lock: T): T {
  return Object.defineProperty(lock, 'lacks', { value: [...(lock.lacks ?? []), 'prompt promises'] });
}

lockLaws('A watched Mutex', () => later(mutexUnderTest(watched(new Mutex()))));
lockLaws('A watched Semaphore of five, taken by threes', () => later(semaphoreUnderTest(watched(new Semaphore(5)), 3)));
for (const policy of ['fair', 'readers'] as const) {
  const make = () => watched(new ReadWriteLock({ policy }));
  lockLaws(`A watched ReadWriteLock to write, ${policy}`, () => later(writeSideUnderTest(make())));
  lockLaws(`A watched ReadWriteLock to read, ${policy}`, () => later(readSideUnderTest(make())));
  scopedLockLaws(`A watched ReadWriteLock to upgrade, ${policy}`, () => later(upgradableSideUnderTest(make())));
}
for (const [title, underTest] of [
  ['mutex', keyedMutexUnderTest],
  ['semaphore', keyedSemaphoreUnderTest],
  ['read side', keyedReadSideUnderTest],
  ['write side', keyedWriteSideUnderTest],
] as const) {
  scopedLockLaws(`The ${title} of a key of a watched family`, () => later(underTest(watched(new KeyedLocks()))));
}
scopedLockLaws('Two watched mutexes', () => {
  const [a, b] = [watched(new Mutex()), watched(new Mutex())];
  return later(severalUnderTest([a, b], a, 'Mutex, Mutex'));
});
scopedLockLaws('Watched locks of each kind, and one that is not', () => {
  const mutex = watched(new Mutex());
  const [semaphore, lock] = [watched(new Semaphore(3)), new ReadWriteLock({ policy: 'readers' })];
  const keyed = watched(new KeyedLocks()).mutex('key');
  const shown = 'Semaphore, ReadWriteLock, Mutex, KeyedLocks mutex "key"';
  return later(severalUnderTest([[semaphore, { permits: 2 }], lock.read, mutex, keyed], mutex, shown));
});
scopedLockLaws('A watched Mutex of lite', () => later(liteMutexUnderTest(watched(new lite.Mutex()))));
