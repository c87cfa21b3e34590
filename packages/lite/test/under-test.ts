import type { Lockable, Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import { withPermits } from '@valvekit-internal/laws/contract/with-permits';
import type { ScopedLockUnderTest } from '@valvekit-internal/laws/line/lock-under-test';

interface Setting {
  readonly primitive: Mutex | Semaphore | ReadWriteLock;
  /** What the laws call. */
  readonly lock: Lockable;
  readonly verbs: { readonly acquire: string; readonly sandbox: string };
  /** What excludes all holders, where several fit. */
  readonly rival?: Lockable;
  isHeld(): boolean;
}

function underTest({ primitive, lock, verbs, rival, isHeld }: Setting): ScopedLockUnderTest {
  return {
    primitive,
    className: primitive[Symbol.toStringTag],
    verbs: { ...verbs, callback: 'none', promise: 'none' },
    isShared: rival !== undefined,
    rival,
    lacks: ['priorities', 'views', 'shared listeners', 'synchronous delivery'],
    acquire: (options) => lock.acquire(options),
    tryAcquire: () => lock.tryAcquire(),
    sandbox: (fn, options) => lock.sandbox(fn, options) as never,
    cancel: (reason) => primitive.cancel(reason),
    block() {
      const guard = (rival ?? lock).tryAcquire();
      if (guard === undefined) throw new Error('The lock is held already');
      return () => guard.release();
    },
    get waiting() {
      return primitive.waiting;
    },
    get isHeld() {
      return isHeld();
    },
  };
}

const verbs = { acquire: 'acquire', sandbox: 'sandbox' };

export function mutexUnderTest(mutex: Mutex): ScopedLockUnderTest {
  return underTest({ primitive: mutex, lock: mutex, verbs, isHeld: () => mutex.isLocked });
}

/** A semaphore with room for one holder: every call takes `permits`, and there are never twice as many. */
export function semaphoreUnderTest(semaphore: Semaphore, permits = 1): ScopedLockUnderTest {
  const weighted: Lockable = {
    acquire: (options) => semaphore.acquire(withPermits(options, permits)),
    tryAcquire: () => semaphore.tryAcquire(permits),
    sandbox: (fn, options) => semaphore.sandbox(fn, withPermits(options, permits)),
  };
  const lock = permits === 1 ? semaphore : weighted;
  return underTest({ primitive: semaphore, lock, verbs, isHeld: () => semaphore.available < semaphore.capacity });
}

export function writeSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return underTest({
    primitive: lock,
    lock: lock.write,
    verbs: { acquire: 'write.acquire', sandbox: 'write.sandbox' },
    isHeld: () => lock.readers > 0 || lock.isWriteLocked,
  });
}

/** The read side, blocked by a writer. */
export function readSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return underTest({
    primitive: lock,
    lock: lock.read,
    rival: lock.write,
    verbs: { acquire: 'read.acquire', sandbox: 'read.sandbox' },
    isHeld: () => lock.readers > 0 || lock.isWriteLocked,
  });
}
