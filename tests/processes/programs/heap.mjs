// Uses one kind of lock in every possible way, round after round, and prints by how many bytes the heap grows per round.
// Needs --expose-gc.
import { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore, sandboxAll } from 'valvekit';

const ROUNDS = 6;
const BATCH = 10_000;

/**
 * @typedef {import('valvekit').WaitOptions} Options
 * @typedef {object} Lock
 * @property {() => void} hold - makes others wait
 * @property {() => void} free - releases the lock to the first waiter
 * @property {(options?: Options) => Promise<unknown>} use - waits, and releases the lock to the next waiter
 * @property {() => void} cancel
 */

/** @type {Record<string, () => Lock>} */
const locks = {
  'Mutex, bare'() {
    const mutex = new Mutex();
    const free = () => mutex.unlock();
    return {
      hold: () => void mutex.tryLock(),
      free,
      use: (options) => mutex.lock(options).then(free),
      cancel: () => mutex.cancel(),
    };
  },
  'Mutex, callbacks'() {
    const mutex = new Mutex();
    const free = () => mutex.unlock();
    return {
      hold: () => void mutex.tryLock(),
      free,
      use: (options) =>
        new Promise((resolve, reject) => {
          mutex.lock((error) => (error === undefined ? resolve(free()) : reject(error)), options);
        }),
      cancel: () => mutex.cancel(),
    };
  },
  'ReadWriteLock, bare'() {
    const lock = new ReadWriteLock();
    const free = () => lock.unlock();
    let turn = 0;
    return {
      hold: () => void lock.tryWriteLock(),
      free,
      use: (options) => (turn++ % 2 === 0 ? lock.readLock(options) : lock.writeLock(options)).then(free),
      cancel: () => lock.cancel(),
    };
  },
  'ReadWriteLock, upgrades'() {
    const lock = new ReadWriteLock();
    return {
      hold: () => void lock.tryWriteLock(),
      free: () => lock.unlock(),
      use: (options) =>
        lock.upgradable.acquire(options).then(async (guard) => {
          await guard.upgrade();
          guard.release();
        }),
      cancel: () => lock.cancel(),
    };
  },
  'Semaphore, scoped'() {
    const semaphore = new Semaphore();
    return {
      hold: () => void semaphore.tryTake(),
      free: () => semaphore.release(),
      use: (options) => semaphore.sandbox(() => {}, options),
      cancel: () => semaphore.cancel(),
    };
  },
  'KeyedLocks, a key for each round'() {
    const locks = new KeyedLocks();
    let round = 0;
    /** @type {import('valvekit').Guard | undefined} */
    let guard;
    return {
      hold() {
        guard = locks.mutex(`key ${++round}`).tryAcquire();
      },
      free: () => guard?.release(),
      use: (options) => locks.mutex(`key ${round}`).sandbox(() => {}, options),
      cancel: () => locks.cancel(),
    };
  },
  'KeyedLocks, a key for each wait'() {
    const locks = new KeyedLocks();
    let turn = 0;
    let isHeld = false;
    /** @type {import('valvekit').Guard[]} */
    const guards = [];
    return {
      hold() {
        isHeld = true;
      },
      free() {
        isHeld = false;
        for (const guard of guards.splice(0)) guard.release();
      },
      use(options) {
        const key = `key ${++turn}`;
        const guard = isHeld && locks.mutex(key).tryAcquire();
        if (guard) guards.push(guard);
        return locks.mutex(key).sandbox(() => {}, options);
      },
      cancel: () => locks.cancel(),
    };
  },
  'several at once'() {
    const [a, b] = [new Mutex(), new Mutex()];
    let turn = 0;
    return {
      hold: () => void a.tryLock(),
      free: () => a.unlock(),
      use: (options) => sandboxAll(turn++ % 2 === 0 ? [a, b] : [b, a], () => {}, options),
      cancel: () => a.cancel(),
    };
  },
  Barrier() {
    const barrier = new Barrier(1);
    let turn = 0;
    return {
      hold: () => barrier.set(0),
      free: () => barrier.set(1),
      use: (options) => barrier.wait(turn++ % 2 === 0 ? 1 : [1, 2], options),
      cancel: () => barrier.cancel(),
    };
  },
  ASemaphore() {
    const all = new ASemaphore();
    return {
      hold: () => void all.v(),
      free: () => void all.p(),
      use: (options) => all.wait(options),
      cancel: () => all.cancel(),
    };
  },
};

const { hold, free, use, cancel } = /** @type {() => Lock} */ (locks[process.argv[2] ?? ''])();
const signals = new AbortController();

/** @type {(options?: Options) => Promise<unknown>} */
const queue = (options) => {
  hold();
  const waits = [];
  for (let i = 0; i < BATCH; i++) waits.push(use(options).catch(() => {}));
  return Promise.all(waits);
};

/** @type {Record<string, () => Promise<unknown>>} */
const ways = {
  async uncontended() {
    for (let i = 0; i < BATCH; i++) await use({ signal: signals.signal, timeout: 60_000 });
  },
  granted() {
    const ended = queue({ signal: signals.signal, timeout: 60_000 });
    free();
    return ended;
  },
  async aborted() {
    const abort = new AbortController();
    const ended = queue({ signal: AbortSignal.any([abort.signal, signals.signal]) });
    abort.abort();
    await ended;
    free();
  },
  async late() {
    await queue({ timeout: 1, signal: signals.signal });
    free();
  },
  async canceled() {
    const ended = queue({ signal: signals.signal });
    cancel();
    await ended;
    free();
  },
};

// Warm up, so that compiled code does not count.
for (const way of Object.values(ways)) await way();

// The median of the rounds: activity of the runtime shows in some rounds, a leak in all of them.
/** @type {Record<string, number>} */
const growth = {};
for (const [name, way] of Object.entries(ways)) {
  /** @type {number[]} */
  const heap = [];
  for (let round = 0; round < ROUNDS; round++) {
    await way();
    await new Promise((resolve) => setTimeout(resolve, 1));
    globalThis.gc?.();
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed);
  }
  const increments = heap.slice(1).map((size, index) => size - (heap[index] ?? 0));
  growth[name] = increments.sort((a, b) => a - b)[increments.length >> 1] ?? 0;
}
console.log(JSON.stringify(growth));
