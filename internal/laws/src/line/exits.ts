import type { WaitOptions } from 'valvekit';
import { vi } from 'vitest';
import type { ScopedLockUnderTest } from './lock-under-test.ts';

/** A way to give up, for one of three waiters. Those that end by time need a fake clock. */
export interface Exit {
  readonly name: string;
  /** The name of the error. */
  readonly error: string;
  /** Whether the `index`-th waiter gives up too when the `leaver`-th does. */
  includes(index: number, leaver: number): boolean;
  /** The options of the `index`-th waiter, and what makes the `index`-th waiter give up. */
  prepare(lock: ScopedLockUnderTest): { options(index: number): WaitOptions; leave(index: number): void };
}

const all = (): boolean => true;

export const exits: readonly Exit[] = [
  {
    name: 'an abort of its own signal',
    error: 'Gone',
    includes: (index, leaver) => index === leaver,
    prepare() {
      const controllers = [0, 1, 2].map(() => new AbortController());
      return {
        options: (index) => ({ signal: (controllers[index] as AbortController).signal }),
        leave: (index) => controllers[index]?.abort(gone()),
      };
    },
  },
  {
    name: 'an abort of a signal shared by all',
    error: 'Gone',
    includes: all,
    prepare() {
      const controller = new AbortController();
      return { options: () => ({ signal: controller.signal }), leave: () => controller.abort(gone()) };
    },
  },
  {
    name: 'a timeout',
    error: 'TimeoutError',
    // The timers of the waiters before it are due earlier.
    includes: (index, leaver) => index <= leaver,
    prepare: () => ({
      options: (index) => ({ timeout: 100 + index }),
      leave: (index) => vi.advanceTimersByTime(100 + index),
    }),
  },
  {
    name: 'cancel()',
    error: 'Gone',
    includes: all,
    prepare: (lock) => ({ options: () => ({}), leave: () => lock.cancel(gone()) }),
  },
];

function gone(): Error {
  return Object.assign(new Error('Gone'), { name: 'Gone' });
}
