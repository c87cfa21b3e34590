import type { Lockable, Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import type { ScopedLockUnderTest } from '@valvekit-internal/laws/lock-under-test';

type Primitive = Mutex | Semaphore | ReadWriteLock;

interface Setting {
  readonly primitive: Primitive;
  /** What is asked, and what takes it so that every call has to wait. */
  readonly side: Lockable;
  readonly blocker?: Lockable;
  readonly name: string;
  readonly isShared?: boolean;
  isHeld(): boolean;
}

function underTest({ primitive, side, blocker = side, name, isShared = false, isHeld }: Setting): ScopedLockUnderTest {
  return {
    primitive,
    operations: { acquire: `${name}acquire()`, sandbox: `${name}sandbox()` },
    isShared,
    lacks: ['priorities', 'views', 'shared listeners', 'synchronous delivery'],
    acquire: (options) => side.acquire(options),
    tryAcquire: () => side.tryAcquire(),
    sandbox: (fn, options) => side.sandbox(fn, options) as never,
    cancel: (reason) => primitive.cancel(reason),
    block() {
      const guard = blocker.tryAcquire();
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

export function mutexUnderTest(mutex: Mutex): ScopedLockUnderTest {
  return underTest({ primitive: mutex, side: mutex, name: 'Mutex: ', isHeld: () => mutex.isLocked });
}

/** A semaphore with room for one holder: every call takes `permits`, and there are never twice as many. */
export function semaphoreUnderTest(semaphore: Semaphore, permits = 1): ScopedLockUnderTest {
  const side: Lockable = {
    acquire: (options) => semaphore.acquire(withPermits(options, permits)),
    tryAcquire: () => semaphore.tryAcquire(permits),
    sandbox: (fn, options) => semaphore.sandbox(fn, withPermits(options, permits)),
  };
  return underTest({
    primitive: semaphore,
    side,
    name: 'Semaphore: ',
    isHeld: () => semaphore.available < semaphore.capacity,
  });
}

// Bad options must stay as bad, and each option must still be read once.
function withPermits<Options>(options: Options, permits: number): Options {
  if (permits === 1 || (options !== undefined && (typeof options !== 'object' || options === null))) return options;
  return Object.create((options ?? Object.prototype) as object, { permits: { value: permits } }) as Options;
}

/** The write side. */
export function writeSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return underTest({ primitive: lock, side: lock.write, name: 'ReadWriteLock: write.', isHeld: () => isHeld(lock) });
}

/** The read side, blocked by a writer. */
export function readSideUnderTest(lock: ReadWriteLock): ScopedLockUnderTest {
  return underTest({
    primitive: lock,
    side: lock.read,
    blocker: lock.write,
    name: 'ReadWriteLock: read.',
    isShared: true,
    isHeld: () => isHeld(lock),
  });
}

function isHeld({ readers, isWriteLocked }: ReadWriteLock): boolean {
  return readers > 0 || isWriteLocked;
}
