// Everything that a wait has captured must be collectable once the wait has ended, while the lock and the signal stay
// alive. So must an unreferenced lock with waiters. Prints what is left. Needs --expose-gc.
import * as lite from '@valvekit/lite';
import { ASemaphore, acquireAll, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';

/**
 * @typedef {import('valvekit').WaitOptions} Options
 * @typedef {object} Lock
 * @property {object} lock
 * @property {() => void} hold - makes others wait
 * @property {() => void} free - releases the lock to the first waiter
 * @property {(bearer: () => void, options: Options) => unknown} use
 * @property {() => void} cancel
 */

/** @type {(() => Lock)[]} */
const makers = [
  function mutex() {
    const lock = new Mutex();
    return {
      lock,
      hold: () => void lock.tryLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => lock.lock(bearer, options),
      cancel: () => lock.cancel(),
    };
  },
  function mutexPromise() {
    const lock = new Mutex();
    return {
      lock,
      hold: () => void lock.tryLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => lock.lock(options).then(bearer, bearer),
      cancel: () => lock.cancel(),
    };
  },
  function mutexSandbox() {
    const lock = new Mutex();
    return {
      lock,
      hold: () => void lock.tryLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => lock.sandbox(bearer, options).catch(bearer),
      cancel: () => lock.cancel(),
    };
  },
  function rwlock() {
    const lock = new ReadWriteLock();
    return {
      lock,
      hold: () => void lock.tryWriteLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => lock.readLock(bearer, options),
      cancel: () => lock.cancel(),
    };
  },
  function semaphore() {
    const lock = new Semaphore();
    return {
      lock,
      hold: () => void lock.tryTake(),
      free: () => lock.release(),
      use: (bearer, options) => lock.take(bearer, options),
      cancel: () => lock.cancel(),
    };
  },
  function keyedSandbox() {
    const lock = new KeyedLocks();
    /** @type {import('valvekit').Guard | undefined} */
    let guard;
    return {
      lock,
      hold() {
        guard = lock.mutex('key').tryAcquire();
      },
      free: () => guard?.release(),
      use: (bearer, options) => lock.mutex('key').sandbox(bearer, options).catch(bearer),
      cancel: () => lock.cancel(),
    };
  },
  function severalSandbox() {
    const [lock, other] = [new Mutex(), new Mutex()];
    return {
      lock,
      hold: () => void lock.tryLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => sandboxAll([other, lock], bearer, options).catch(bearer),
      cancel: () => lock.cancel(),
    };
  },
  function severalPromise() {
    const [lock, other] = [new Mutex(), new Mutex()];
    return {
      lock,
      hold: () => void lock.tryLock(),
      free: () => lock.unlock(),
      use: (bearer, options) => acquireAll([lock, other], options).then(bearer, bearer),
      cancel: () => other.cancel(),
    };
  },
  function barrier() {
    const lock = new Barrier(0);
    return {
      lock,
      hold: () => lock.set(0),
      free: () => lock.set(1),
      use: (bearer, options) => lock.wait(1, bearer, options),
      cancel: () => lock.cancel(),
    };
  },
  function barrierFunction() {
    const lock = new Barrier(0);
    return {
      lock,
      hold: () => lock.set(0),
      free: () => lock.set(1),
      use: (bearer, options) => lock.wait((ticket) => ticket === 1, bearer, options),
      cancel: () => lock.cancel(),
    };
  },
  function asemaphore() {
    const lock = new ASemaphore();
    return {
      lock,
      hold: () => void lock.v(),
      free: () => void lock.p(),
      use: (bearer, options) => lock.wait(options).then(bearer, bearer),
      cancel: () => lock.cancel(),
    };
  },
  function liteMutex() {
    const lock = new lite.Mutex();
    const guard = lock.tryAcquire();
    return {
      lock,
      hold: () => {},
      free: () => guard?.release(),
      use: (bearer, options) => lock.acquire(options).then(bearer, bearer),
      cancel: () => lock.cancel(),
    };
  },
  function liteSandbox() {
    const lock = new lite.ReadWriteLock();
    const guard = lock.write.tryAcquire();
    return {
      lock,
      hold: () => {},
      free: () => guard?.release(),
      use: (bearer, options) => lock.read.sandbox(bearer, options).catch(bearer),
      cancel: () => lock.cancel(),
    };
  },
];

/** Ends the wait that has just started. @type {Record<string, (lock: Lock, abort: AbortController) => unknown>} */
const endings = {
  granted: (lock) => lock.free(),
  aborted: (_, abort) => abort.abort(),
  late: () => pause(20),
  canceled: (lock) => lock.cancel(),
};

const pause = (milliseconds = 1) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const alive = [];

/** @type {(ref: WeakRef<object>) => Promise<boolean>} */
const isCollected = async (ref) => {
  for (let tries = 0; tries < 20 && ref.deref() !== undefined; tries++) {
    await pause();
    globalThis.gc?.();
  }
  return ref.deref() === undefined;
};

/** @type {(lock: Lock, options: Options) => WeakRef<object>} */
const waitWithLuggage = (lock, options) => {
  const luggage = { name: 'luggage' };
  lock.use(() => void luggage.name, options);
  return new WeakRef(luggage);
};

/** @type {string[]} */
const left = [];
for (const make of makers) {
  for (const [ending, end] of Object.entries(endings)) {
    const lock = make();
    const abort = new AbortController();
    lock.hold();
    const options = { signal: abort.signal, timeout: ending === 'late' ? 1 : 60_000 };
    const luggage = waitWithLuggage(lock, options);
    await end(lock, abort);
    alive.push(lock, abort);
    if (!(await isCollected(luggage))) left.push(`${make.name}, ${ending}`);
  }
  const dropped = (() => {
    const lock = make();
    lock.hold();
    waitWithLuggage(lock, {});
    return new WeakRef(lock.lock);
  })();
  if (!(await isCollected(dropped))) left.push(`${make.name}, dropped with a waiter`);
}
console.log(JSON.stringify(left), alive.length);
