import type { Subject } from './subject.ts';

/** A sibling is measured with the peers, but compared with none of them: goals and summaries are about `ours`. */
export type Kind = 'ours' | 'sibling' | 'peer' | 'floor' | 'before';

/** The names in `imports`. */
export type Primitive =
  | 'Mutex'
  | 'Semaphore'
  | 'ReadWriteLock'
  | 'KeyedLocks'
  | 'Barrier'
  | 'ASemaphore'
  | 'the five'
  | 'all';

interface Entry {
  readonly kind: Kind;
  /** Loads nothing else, so that each process has only one subject. */
  load(): Promise<{ subject: Subject }>;
  /** How to import the thing, as X; or several, by their names. */
  readonly imports?: { readonly [Name in Primitive]?: string };
  /** Whether waiters can give up. */
  readonly cancels?: true;
  /** Which side its read/write lock may keep waiting forever. */
  readonly starves?: 'writers' | 'readers';
}

/** All subjects by name. A new peer needs an entry here, and a file that implements its things. */
export const subjects: Readonly<Record<string, Entry>> = {
  valvekit: {
    kind: 'ours',
    load: () => import('./subjects/valvekit.ts'),
    imports: {
      Mutex: "{ Mutex as X } from 'valvekit'",
      Semaphore: "{ Semaphore as X } from 'valvekit'",
      ReadWriteLock: "{ ReadWriteLock as X } from 'valvekit'",
      KeyedLocks: "{ KeyedLocks as X } from 'valvekit'",
      Barrier: "{ Barrier as X } from 'valvekit'",
      ASemaphore: "{ ASemaphore as X } from 'valvekit'",
      'the five': "{ Mutex, Semaphore, ReadWriteLock, Barrier, ASemaphore } from 'valvekit'",
      all: "* as X from 'valvekit'",
    },
  },
  'valvekit, watched': {
    kind: 'sibling',
    load: () => import('./subjects/valvekit-watched.ts'),
  },
  '@valvekit/lite': {
    kind: 'sibling',
    load: () => import('./subjects/valvekit-lite.ts'),
    imports: {
      Mutex: "{ Mutex as X } from '@valvekit/lite'",
      Semaphore: "{ Semaphore as X } from '@valvekit/lite'",
      ReadWriteLock: "{ ReadWriteLock as X } from '@valvekit/lite'",
    },
    cancels: true,
  },

  '@esfx/async-mutex': {
    kind: 'peer',
    load: () => import('./subjects/esfx-async-mutex.ts'),
    imports: { Mutex: "{ AsyncMutex as X } from '@esfx/async-mutex'" },
    cancels: true,
  },
  '@esfx/async-readerwriterlock': {
    kind: 'peer',
    load: () => import('./subjects/esfx-async-readerwriterlock.ts'),
    imports: { ReadWriteLock: "{ AsyncReaderWriterLock as X } from '@esfx/async-readerwriterlock'" },
    starves: 'readers',
  },
  '@henrygd/semaphore': {
    kind: 'peer',
    load: () => import('./subjects/henrygd-semaphore.ts'),
    imports: {
      Semaphore: "{ getSemaphore as X } from '@henrygd/semaphore'",
      KeyedLocks: "{ getSemaphore as X } from '@henrygd/semaphore'",
    },
  },
  '@rocicorp/lock': {
    kind: 'peer',
    load: () => import('./subjects/rocicorp-lock.ts'),
    imports: { Mutex: "{ Lock as X } from '@rocicorp/lock'", ReadWriteLock: "{ RWLock as X } from '@rocicorp/lock'" },
  },
  'async-lock': {
    kind: 'peer',
    load: () => import('./subjects/async-lock.ts'),
    imports: { KeyedLocks: "X from 'async-lock'" },
    cancels: true,
  },
  'async-mutex': {
    kind: 'peer',
    load: () => import('./subjects/async-mutex.ts'),
    imports: { Mutex: "{ Mutex as X } from 'async-mutex'", Semaphore: "{ Semaphore as X } from 'async-mutex'" },
    cancels: true,
  },
  'async-rwlock': {
    kind: 'peer',
    load: () => import('./subjects/async-rwlock.ts'),
    imports: { ReadWriteLock: "{ RWLock as X } from 'async-rwlock'" },
    starves: 'writers',
  },
  'async-sema': {
    kind: 'peer',
    load: () => import('./subjects/async-sema.ts'),
    imports: { Semaphore: "{ Sema as X } from 'async-sema'" },
  },
  'await-lock': {
    kind: 'peer',
    load: () => import('./subjects/await-lock.ts'),
    imports: { Mutex: "X from 'await-lock'" },
    cancels: true,
  },
  effect: {
    kind: 'peer',
    load: () => import('./subjects/effect.ts'),
    imports: { Semaphore: "{ Semaphore as X } from 'effect'" },
    cancels: true,
  },
  'es-toolkit': {
    kind: 'peer',
    load: () => import('./subjects/es-toolkit.ts'),
    imports: { Mutex: "{ Mutex as X } from 'es-toolkit'", Semaphore: "{ Semaphore as X } from 'es-toolkit'" },
  },
  locks: {
    kind: 'peer',
    load: () => import('./subjects/locks.ts'),
    imports: { all: "X from 'locks'" },
    cancels: true,
    starves: 'writers',
  },
  mutexify: {
    kind: 'peer',
    load: () => import('./subjects/mutexify.ts'),
    imports: { Mutex: "X from 'mutexify'" },
  },
  'p-limit': {
    kind: 'peer',
    load: () => import('./subjects/p-limit.ts'),
    imports: { Semaphore: "X from 'p-limit'" },
  },
  'p-map': {
    kind: 'peer',
    load: () => import('./subjects/p-map.ts'),
  },
  'p-mutex': {
    kind: 'peer',
    load: () => import('./subjects/p-mutex.ts'),
    imports: { Mutex: "X from 'p-mutex'" },
  },
  'p-queue': {
    kind: 'peer',
    load: () => import('./subjects/p-queue.ts'),
    imports: { Semaphore: "X from 'p-queue'" },
    cancels: true,
  },
  rwlock: {
    kind: 'peer',
    load: () => import('./subjects/rwlock.ts'),
    imports: { ReadWriteLock: "X from 'rwlock'" },
  },
  semaphore: {
    kind: 'peer',
    load: () => import('./subjects/semaphore.ts'),
    imports: { Semaphore: "X from 'semaphore'" },
  },
  superlock: {
    kind: 'peer',
    load: () => import('./subjects/superlock.ts'),
    imports: { Mutex: "{ createLock as X } from 'superlock'" },
    cancels: true,
  },
  'valvekit 0.2': {
    kind: 'peer',
    load: () => import('./subjects/valvekit-0.2.ts'),
    imports: { all: "X from 'valvekit-0.2'" },
    cancels: true,
    starves: 'writers',
  },

  'a Map of mutexes': { kind: 'floor', load: () => import('./floors/map-of-mutexes.ts') },
  'one sandbox': { kind: 'floor', load: () => import('./floors/one-sandbox.ts') },
  'nested sandboxes': { kind: 'floor', load: () => import('./floors/nested-sandboxes.ts') },
  'a settled promise': { kind: 'floor', load: () => import('./floors/settled-promise.ts') },
  'a promise of a new object': { kind: 'floor', load: () => import('./floors/promise-of-object.ts') },
  'an async function': { kind: 'floor', load: () => import('./floors/async-function.ts') },
  'a linked list': { kind: 'floor', load: () => import('./floors/linked-list.ts') },
  'a semaphore by hand': { kind: 'floor', load: () => import('./floors/semaphore-by-hand.ts') },
  'ten loops': { kind: 'floor', load: () => import('./floors/ten-loops.ts') },
  'a doubly linked list': { kind: 'floor', load: () => import('./floors/doubly-linked-list.ts') },
  'a Map of functions': { kind: 'floor', load: () => import('./floors/map-of-functions.ts') },
  'an integer': { kind: 'floor', load: () => import('./floors/integer.ts') },
  'a boolean': { kind: 'floor', load: () => import('./floors/boolean.ts') },
  'a function call': { kind: 'floor', load: () => import('./floors/function-call.ts') },
  'an array of functions': { kind: 'floor', load: () => import('./floors/array-of-functions.ts') },
  'a class with two fields': { kind: 'floor', load: () => import('./floors/two-fields.ts') },
  'a promise with its resolvers': { kind: 'floor', load: () => import('./floors/resolvers.ts') },
};
