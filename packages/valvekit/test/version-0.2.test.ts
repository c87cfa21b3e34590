// The code samples of the README of version 0.2, unchanged, on the current version.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, expect, it, type TestContext, vi } from 'vitest';
import * as valvekit from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, 'fixtures/readme-0.2.md'), 'utf8');

/** The code samples under a heading, in order, each with the line above it. */
function samplesUnder(heading: string): { caption: string; code: string }[] {
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) as string;
  return [...section.matchAll(/^(.*)\n```javascript\n([\s\S]*?)\n```$/gm)].map(([, caption = '', code = '']) => ({
    caption,
    code,
  }));
}

type Require = (name: string) => unknown;

/** A CommonJS program that can hold all samples of the README. */
class Program {
  readonly printed: string[] = [];
  readonly variables: Record<string, unknown>;

  constructor(require: Require) {
    const console = { log: (...args: unknown[]) => this.printed.push(format(...args)) };
    this.variables = createContext({ require, console, setTimeout });
    this.#run('Installation');
  }

  /** Runs the first sample under a heading, which makes what the others use, and returns that by its variable. */
  make<T>(heading: string, variable: string): T {
    this.#run(heading, 0, 1);
    return this.variables[variable] as T;
  }

  /** Runs the other samples under a heading, and returns what they print. */
  use(heading: string): string[] {
    return this.#run(heading, 1);
  }

  /** Runs one sample under a heading, and returns what it prints. */
  useOne(heading: string, caption: string): string[] {
    const index = samplesUnder(heading).findIndex((sample) => sample.caption === caption);
    return this.#run(heading, index, index + 1);
  }

  /** Returns what is printed meanwhile. */
  during(change: () => void): string[] {
    const from = this.printed.length;
    change();
    return this.printed.slice(from);
  }

  #run(heading: string, from = 0, to?: number): string[] {
    return this.during(() => {
      for (const { code } of samplesUnder(heading).slice(from, to)) runInContext(code, this.variables);
    });
  }
}

/** One on the sources, imported as a module. On what is published (projects that have a name), one for require() too. */
function programs({ task }: TestContext): Program[] {
  const requires: Require[] = [() => valvekit];
  if (task.file.projectName) requires.push(createRequire(import.meta.url));
  return requires.map((require) => new Program(require));
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('finds all 22 samples', () => {
  const headings = ['Installation', 'Barrier locks', 'Mutex locks', 'Read/Write locks', 'Semaphores'];
  expect(headings.flatMap(samplesUnder)).toHaveLength(22);
});

it('ends both waits of the Barrier samples when the ticket is set', (context) => {
  for (const program of programs(context)) {
    program.make('Barrier locks', 'barrier');
    expect(program.use('Barrier locks')).toEqual([
      'Provided ticket value is matched!',
      'Provided ticket value is matched!',
    ]);
  }
});

it('grants the lock to each Mutex sample when it is free', (context) => {
  for (const program of programs(context)) {
    const mutex = program.make<valvekit.Mutex>('Mutex locks', 'mutex');
    expect(program.use('Mutex locks')).toEqual(['We got the lock!', 'We got the lock!', 'We got the lock!']);
    expect(mutex.isLocked).toBe(false);
  }
});

it('makes the Mutex samples wait, time out or give up while the lock is held', (context) => {
  for (const program of programs(context)) {
    const mutex = program.make<valvekit.Mutex>('Mutex locks', 'mutex');
    mutex.tryLock();
    expect(program.use('Mutex locks')).toEqual(['Something has the lock.', 'Could not get the lock at this time']);
    expect(program.during(() => vi.advanceTimersByTime(4999))).toEqual([]);
    expect(program.during(() => vi.advanceTimersByTime(1))).toEqual([
      'Could not get the lock within 5 seconds, so gave up',
    ]);
    expect(program.during(() => mutex.unlock())).toEqual(['We got the lock!']);
    expect(mutex.isLocked).toBe(false);
  }
});

it('grants the lock to each Read/Write sample when it is free', (context) => {
  for (const program of programs(context)) {
    const lock = program.make<valvekit.Lock>('Read/Write locks', 'rwlock');
    expect(program.use('Read/Write locks')).toEqual([
      'We may now read from a resource!',
      'We may now read from a resource!',
      'We may now write to a resource!',
      'We may now write to a resource!',
      'We may now read from a resource!',
      'We may now write to a resource!',
    ]);
    expect(lock.isLocked).toBe(false);
  }
});

it('makes the Read/Write samples wait, time out or give up while a writer holds the lock', (context) => {
  for (const program of programs(context)) {
    const lock = program.make<valvekit.Lock>('Read/Write locks', 'rwlock');
    lock.tryWriteLock();
    expect(program.use('Read/Write locks')).toEqual([
      'Something has the write lock.',
      'Could not get the lock at this time',
      'Could not get the lock at this time',
    ]);
    expect(program.during(() => vi.advanceTimersByTime(1000))).toEqual([
      'Could not get the lock within 5 seconds, so gave up',
    ]);
    expect(program.during(() => vi.advanceTimersByTime(4000))).toEqual([
      'Could not get the lock within 5 seconds, so gave up',
    ]);
    expect(program.during(() => lock.unlock())).toEqual([
      'We may now read from a resource!',
      'We may now write to a resource!',
    ]);
    expect(lock.isLocked).toBe(false);
  }
});

it('lets the Read/Write samples read, but not write, while a reader holds the lock', (context) => {
  for (const program of programs(context)) {
    const lock = program.make<valvekit.Lock>('Read/Write locks', 'rwlock');
    lock.tryReadLock();
    const useOne = (caption: string) => program.useOne('Read/Write locks', caption);
    expect(useOne('Waiting to read lock:')).toEqual(['We may now read from a resource!']);
    expect(useOne('Waiting to read lock, with timeout:')).toEqual(['We may now read from a resource!']);
    expect(useOne('Checking if a lock is held:')).toEqual(['The read lock is held one or more times.']);
    expect(useOne('Optimistic attempt to read lock:')).toEqual(['We may now read from a resource!']);
    expect(useOne('Optimistic attempt to write lock:')).toEqual(['Could not get the lock at this time']);
    expect(useOne('Waiting to write lock, with timeout:')).toEqual([]);
    expect(program.during(() => vi.advanceTimersByTime(5000))).toEqual([
      'Could not get the lock within 5 seconds, so gave up',
    ]);
    expect(useOne('Waiting to write lock:')).toEqual([]);
    expect(program.during(() => lock.unlock())).toEqual(['We may now write to a resource!']);
    expect(lock.isLocked).toBe(false);
  }
});

it('releases the resources of the Semaphore samples', async (context) => {
  for (const program of programs(context)) {
    const semaphore = program.make<valvekit.Semaphore>('Semaphores', 'sem');
    program.useOne('Semaphores', 'Claiming and releasing a resource:');
    program.useOne('Semaphores', 'Or using an all-in-one function:');
    await vi.runAllTimersAsync();
    expect(semaphore).toMatchObject({ available: 3, capacity: 3, waiting: 0 });
  }
});

it('settles all hundred items of the sandbox demo, and never runs more than five at a time', async (context) => {
  for (const program of programs(context)) {
    let inside = 0;
    let most = 0;
    program.variables.setTimeout = (callback: () => void, ms: number) => {
      most = Math.max(most, ++inside);
      setTimeout(() => {
        inside--;
        callback();
      }, ms);
    };
    program.useOne('Semaphores', 'Example:');
    await vi.runAllTimersAsync();

    const outcomes = program.printed.filter((line) => line.startsWith('Item'));
    expect(outcomes.every((line) => /^Item\[\d+\]( - accident| - rejected)?$/.test(line))).toBe(true);
    expect(new Set(outcomes.map((line) => line.replace(/ - .*/, ''))).size).toBe(100);
    const counts = program.printed.filter((line) => !line.startsWith('Item'));
    expect(counts).toEqual(Array.from({ length: 100 }, (_, index) => `current: ${index + 1}`));
    expect(most).toBe(5);
    expect(program.variables.sem).toMatchObject({ available: 5, capacity: 5, waiting: 0 });
  }
});
