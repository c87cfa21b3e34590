// Each cell of the comparison in README.md, which docs/guide/compare.md shows as well, is what a probe finds out about a
// library.
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as asyncMutex from 'async-mutex';
import { Sema } from 'async-sema';
import * as toolkit from 'es-toolkit';
import pLimit from 'p-limit';
import { KeyedLocks, Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const AsyncLock = require('async-lock');
const { default: Redlock } = require('redlock');

type Fn = () => unknown;
type Run = (fn: Fn, options?: Options) => Promise<unknown>;

interface Options {
  timeout?: number;
  signal?: AbortSignal;
  priority?: number;
}

/** What a library has. */
interface Library {
  /** Runs a function under a lock. */
  run?: Run;
  /** Runs a function under a lock that only such calls can take. */
  limited?: Run;
  /** Takes that lock. */
  take?: (options?: Options) => Promise<unknown>;
  /** Releases what `take` took. */
  giveBack?: (held: unknown) => void;
  /** Releases that lock, or a permit, whoever holds it. */
  release?: Fn;
  /** Ends all waits for that lock. */
  cancel?: Fn;
  /** Runs functions under permits of which there are two. */
  atMostTwo?: (fn: Fn, permits?: number) => Promise<unknown>;
  /** Makes it three permits. */
  makeThree?: Fn;
  /** Releases a permit too many. */
  releasePermit?: Fn;
  read?: Run;
  write?: Run;
  underKey?: (key: string, fn: Fn) => Promise<unknown>;
  underKeys?: (keys: string[], fn: Fn) => Promise<unknown>;
}

let count = 0;

/** As much of a Redis as redlock needs: what its three scripts do with the keys of one server. */
function redisOfRedlock() {
  const values = new Map<string, string>();
  const scripts = [
    { has: '"exists"', isAllowed: (key: string) => !values.has(key), change: values.set.bind(values) },
    { has: '"del"', isAllowed: (key: string, value: string) => values.get(key) === value, change: remove },
    { has: '"set"', isAllowed: (key: string, value: string) => values.get(key) === value, change: () => {} },
  ];
  function remove(key: string): void {
    values.delete(key);
  }
  return Object.assign(new EventEmitter(), {
    async evalsha(): Promise<never> {
      throw new Error('NOSCRIPT');
    },
    async eval(text: string, keyCount: number, [...args]: string[]): Promise<number> {
      const [keys, value] = [args.splice(0, keyCount), args[0] as string];
      const script = scripts.find(({ has }) => text.includes(has));
      if (!keys.every((key) => script?.isAllowed(key, value))) return 0;
      for (const key of keys) script?.change(key, value);
      return keys.length;
    },
  });
}

const libraries: Record<string, () => Library> = {
  valvekit() {
    const mutex = new Mutex();
    const semaphore = new Semaphore(2);
    const { read, write } = new ReadWriteLock();
    const keyed = new KeyedLocks();
    return {
      run: (fn, options) => mutex.sandbox(fn, options),
      take: (options) => mutex.acquire(options),
      giveBack: (guard) => (guard as Awaited<ReturnType<Mutex['acquire']>>).release(),
      release: () => mutex.unlock(),
      cancel: () => mutex.cancel(),
      atMostTwo: (fn, permits = 1) => semaphore.sandbox(fn, { permits }),
      makeThree: () => (semaphore.capacity = 3),
      releasePermit: () => semaphore.release(),
      read: (fn) => read.sandbox(fn),
      write: (fn) => write.sandbox(fn),
      underKey: (key, fn) => keyed.mutex(key).sandbox(fn),
      underKeys: (keys, fn) =>
        sandboxAll(
          keys.map((key) => keyed.mutex(key)),
          fn,
        ),
    };
  },

  'async-mutex'() {
    const mutex = new asyncMutex.Mutex();
    const semaphore = new asyncMutex.Semaphore(2);
    const limited = (timeout?: number) => (timeout === undefined ? mutex : asyncMutex.withTimeout(mutex, timeout));
    return {
      run: async (fn, { timeout, priority } = {}) => limited(timeout).runExclusive(fn, priority),
      take: ({ timeout } = {}) => limited(timeout).acquire(),
      giveBack: (release) => (release as Fn)(),
      release: () => mutex.release(),
      cancel: () => mutex.cancel(),
      atMostTwo: async (fn, permits) => semaphore.runExclusive(fn, permits),
      makeThree: () => semaphore.setValue(semaphore.getValue() + 1),
      releasePermit: () => semaphore.release(),
    };
  },

  'async-lock'() {
    const lock = new AsyncLock();
    const run: Run = (fn, { timeout } = {}) => lock.acquire('key', async () => fn(), { timeout });
    return {
      run,
      underKey: (key, fn) => lock.acquire(key, async () => fn()),
      underKeys: (keys, fn) => lock.acquire(keys, async () => fn()),
    };
  },

  'p-limit'() {
    const one = pLimit({ concurrency: 1, rejectOnClear: true });
    const two = pLimit(2);
    return {
      run: (fn) => one(async () => fn()),
      cancel: () => one.clearQueue(),
      atMostTwo: (fn) => two(async () => fn()),
      makeThree: () => (two.concurrency = 3),
    };
  },

  'async-sema'() {
    const one = new Sema(1);
    const two = new Sema(2);
    return {
      take: async () => one.acquire(),
      giveBack: () => one.release(),
      release: () => one.release(),
      atMostTwo: async (fn) => {
        await two.acquire();
        try {
          return await fn();
        } finally {
          two.release();
        }
      },
      releasePermit: () => two.release(),
    };
  },

  'es-toolkit'() {
    const mutex = new toolkit.Mutex();
    const semaphore = new toolkit.Semaphore(2);
    return {
      limited: toolkit.limitAsync(async (fn: Fn) => fn(), 1),
      take: () => mutex.acquire(),
      giveBack: () => mutex.release(),
      release: () => mutex.release(),
      atMostTwo: async (fn) => {
        await semaphore.acquire();
        try {
          return await fn();
        } finally {
          semaphore.release();
        }
      },
      makeThree: () => (semaphore.capacity = 3),
      releasePermit: () => semaphore.release(),
    };
  },

  redlock() {
    const redlock = new Redlock([redisOfRedlock()], { retryCount: -1, retryDelay: 10, retryJitter: 0 });
    const tries = (timeout?: number) => (timeout === undefined ? {} : { retryCount: timeout / 10 });
    return {
      run: (fn, { timeout } = {}) => redlock.using(['key'], 60_000, tries(timeout), async () => fn()),
      take: ({ timeout } = {}) => redlock.acquire(['key'], 60_000, tries(timeout)),
      giveBack: (lock) => (lock as { release: Fn }).release(),
      underKey: (key, fn) => redlock.using([key], 60_000, async () => fn()),
      underKeys: (keys, fn) => redlock.using(keys, 60_000, async () => fn()),
    };
  },

  'navigator.locks'() {
    const { locks } = navigator;
    const name = `compare ${++count}`;
    const timed = (timeout: number): AbortSignal => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), timeout); // what AbortSignal.timeout() does, on a clock that can be advanced
      return controller.signal;
    };
    return {
      run: (fn, { timeout, signal = timeout === undefined ? undefined : timed(timeout) } = {}) =>
        locks.request(name, { ...(signal && { signal }) }, async () => fn()),
      read: (fn) => locks.request(name, { mode: 'shared' }, async () => fn()),
      write: (fn) => locks.request(name, async () => fn()),
      underKey: (key, fn) => locks.request(`${name} ${key}`, async () => fn()),
    };
  },
};

/** Waits until all that can happen has happened, in the threads of the runtime as well. Those who poll ask again. */
async function rest(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(10);
  }
}

const held: Fn[] = [];

/** A function that enters, and leaves when the test ends or `leave()` is called. */
function visitor() {
  const { promise, resolve } = Promise.withResolvers<void>();
  held.push(resolve);
  const visit = {
    hasEntered: false,
    leave: resolve,
    enter() {
      visit.hasEntered = true;
      return promise;
    },
  };
  return visit;
}

/** Runs a function under a library's lock, by whatever it has. */
async function under({ run, take, giveBack }: Library, fn: Fn, options?: Options): Promise<unknown> {
  if (run) return run(fn, options);
  const taken = await take?.(options);
  try {
    return await fn();
  } finally {
    giveBack?.(taken);
  }
}

/** How many of some visitors are inside. */
async function inside(starts: ((fn: Fn) => Promise<unknown> | undefined)[]): Promise<number> {
  const visitors = starts.map((start) => {
    const visit = visitor();
    void start(visit.enter)?.catch(() => {});
    return visit;
  });
  await rest();
  return visitors.filter(({ hasEntered }) => hasEntered).length;
}

async function isRejected(promise: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  promise.catch(() => {
    isOver = true;
  });
  await rest();
  return isOver;
}

const probes: Record<string, (library: Library) => Promise<boolean>> = {
  async 'runs a function under the lock'({ limited, run = limited }) {
    if (run === undefined) return false;
    await expect(run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await run(() => 'next')).toBe('next');
    return (await inside([run, run])) === 1;
  },
  async 'acquire here, release elsewhere'(library) {
    if (library.take === undefined) return false;
    const taken = await library.take();
    const next = visitor();
    void under(library, next.enter);
    await rest();
    expect(next.hasEntered).toBe(false);
    library.giveBack?.(taken);
    await rest();
    return next.hasEntered;
  },
  async 'guards with `using`'({ take }) {
    return take !== undefined && Symbol.dispose in Object(await take());
  },
  async 'timeout of a wait'(library) {
    await inside([(fn) => under(library, fn)]);
    const limited = under(library, () => {}, { timeout: 10 });
    return isRejected(limited);
  },
  async '`AbortSignal` ends a wait'(library) {
    await inside([(fn) => under(library, fn)]);
    const controller = new AbortController();
    const aborted = under(library, () => {}, { signal: controller.signal });
    controller.abort();
    return isRejected(aborted);
  },
  async 'cancel all waits'(library) {
    await inside([(fn) => under(library, fn)]);
    const waits = [under(library, () => {}), under(library, () => {})].map(isRejected);
    library.cancel?.();
    return (await Promise.all(waits)).every((isOver) => isOver);
  },
  async 'only the holder can release'(library) {
    expect(await inside([(fn) => under(library, fn)])).toBe(1);
    try {
      await library.release?.();
    } catch {}
    return (await inside([(fn) => under(library, fn)])) === 0;
  },
  async 'extra releases are harmless'({ atMostTwo, releasePermit, run }) {
    const release = async () => {
      try {
        await releasePermit?.();
      } catch {}
      await rest();
    };
    const start = atMostTwo ?? run;
    const visitors = Array.from({ length: 4 }, visitor);

    await release();
    for (const { enter } of visitors) void start?.(enter)?.catch(() => {});
    await rest();
    await release(); // while some wait
    return visitors.filter(({ hasEntered }) => hasEntered).length === (atMostTwo ? 2 : 1);
  },
  async 'no newcomer overtakes a waiter'(library) {
    const holder = visitor();
    const holding = under(library, holder.enter);
    await rest();
    const order: string[] = [];
    void under(library, () => order.push('waiter'));
    await rest();
    holder.leave();
    await holding;
    void under(library, () => order.push('newcomer'));
    await rest();
    return order[0] === 'waiter';
  },
  async priorities(library) {
    const holder = visitor();
    void under(library, holder.enter);
    await rest();
    const order: number[] = [];
    for (const priority of [0, 1]) void under(library, () => order.push(priority), { priority });
    holder.leave();
    await rest();
    return order[0] === 1;
  },
  async semaphore({ atMostTwo }) {
    return (await inside(Array(4).fill((fn: Fn) => atMostTwo?.(fn)))) === 2;
  },
  async 'resizable semaphore'({ atMostTwo, makeThree }) {
    await inside(Array(2).fill((fn: Fn) => atMostTwo?.(fn)));
    const more = inside(Array(2).fill((fn: Fn) => atMostTwo?.(fn)));
    try {
      makeThree?.();
    } catch {}
    return (await more) === 1;
  },
  async 'weighted semaphore'({ atMostTwo }) {
    expect(await inside([(fn) => atMostTwo?.(fn, 2)])).toBe(atMostTwo ? 1 : 0);
    return atMostTwo !== undefined && (await inside([(fn) => atMostTwo(fn)])) === 0;
  },
  async 'read/write lock'({ read, write }) {
    return (await inside([(fn) => read?.(fn), (fn) => read?.(fn), (fn) => write?.(fn)])) === 2;
  },
  async 'keyed locks'({ underKey }) {
    return (await inside(['a', 'a', 'b'].map((key) => (fn) => underKey?.(key, fn)))) === 2;
  },
  async 'several locks, no deadlock'({ underKey, underKeys }) {
    const holder = visitor();
    void underKey?.('b', holder.enter);
    await rest();
    let ran = 0;
    void underKeys?.(['b', 'a'], async () => ran++);
    void underKeys?.(['a', 'b'], async () => ran++);
    holder.leave();
    await rest();
    return ran === 2;
  },
  async 'keeps `AsyncLocalStorage`'(library) {
    const storage = new AsyncLocalStorage<string>();
    const holder = visitor();
    void storage.run('theirs', () => under(library, holder.enter));
    await rest();
    const seen = storage.run('mine', () => under(library, () => storage.getStore()));
    storage.run('theirs', () => holder.leave());
    await rest();
    return (await seen) === 'mine';
  },
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  for (const leave of held.splice(0)) leave();
});

const page = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const table = page.split('\n\n').find((block) => block.includes('| valvekit | async-mutex |')) ?? '';
const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
const [[, ...columns] = [], , ...rows] = table.split('\n').map(cellsOf);

it('compares all libraries in all respects', () => {
  expect(columns).toEqual(Object.keys(libraries));
  expect(rows.map(([row]) => row)).toEqual(Object.keys(probes));
});

describe.each(rows.map(([row = '', ...cells]) => [row, cells] as const))('%s', (row, cells) => {
  it.each(columns.map((column, index) => [column, cells[index]] as const))('%s: %s', async (column, cell) => {
    const probe = probes[row] as (library: Library) => Promise<boolean>;
    const library = libraries[column] as () => Library;
    expect((await probe(library())) ? '✓' : '–').toBe(cell);
  });
});
