import {
  acquireAll,
  type Guard,
  type Mutex,
  type Several,
  sandboxAll,
  tryAcquireAll,
  type WaitOptions,
} from 'valvekit';
import type { ScopedLockUnderTest } from './lock-under-test.ts';

/** Several locks as one. They are held together or not at all, so what one mutex among them shows is true for all. */
export function severalUnderTest(locks: Several, mutex: Mutex, shown: string): ScopedLockUnderTest {
  return {
    primitive: mutex,
    className: shown,
    verbs: { acquire: 'acquireAll', sandbox: 'sandboxAll', callback: '', promise: '' },
    isShared: false,
    acquire: (options?: WaitOptions): Promise<Guard> => acquireAll(locks, options),
    tryAcquire: () => tryAcquireAll(locks),
    sandbox: <R>(fn: () => R | PromiseLike<R>, options?: WaitOptions) =>
      sandboxAll(locks, fn, options) as Promise<Awaited<R>>,
    cancel: (reason) => mutex.cancel(reason),
    block() {
      const guard = tryAcquireAll(locks);
      if (guard === undefined) throw new Error('One of the locks is held already');
      return () => guard.release();
    },
    get waiting() {
      return mutex.waiting;
    },
    get isHeld() {
      return mutex.isLocked;
    },
  };
}
