import type { GiveUpOptions, Guard, Lockable } from '@valvekit/core';
import { Line } from './line.ts';
import { sandbox } from './sandbox.ts';

// What a writer takes: more than there will ever be readers.
const ALL = 1e15;

/**
 * A lock that many can hold to read, or one to write.
 *
 * Use a `Mutex` if reads are short: it is smaller. Use `@valvekit/rwlock` if you need to go from reading to writing or
 * back, readers that go first, priorities, callbacks, names in error messages, or many waiters on one signal.
 *
 * Order: first come, first served. A reader that arrives while a writer waits queues behind it, and adjacent readers
 * enter together, so neither side can starve.
 * Cancellation: a timeout, an abort or `cancel()` takes the waiter out of the line immediately, leaves nothing behind,
 * and grants the waiters behind it that can proceed.
 *
 * @example
 * ```ts
 * import { ReadWriteLock } from '@valvekit/lite';
 *
 * const lock = new ReadWriteLock();
 * const prices = new Map([['tea', 3]]);
 *
 * await lock.write.sandbox(async () => {
 *   prices.set('tea', 4);
 * });
 * const price = await lock.read.sandbox(() => prices.get('tea'));
 * ```
 */
export class ReadWriteLock {
  readonly #line: Line = new Line('ReadWriteLock', ALL);
  readonly #read: Lockable = new Side(this.#line, 1, 'read');
  readonly #write: Lockable = new Side(this.#line, ALL, 'write');

  /** The read side: many can hold it at the same time, but not while a writer holds the lock. */
  get read(): Lockable {
    return this.#read;
  }

  /** The write side: one holder at a time, and no readers. */
  get write(): Lockable {
    return this.#write;
  }

  /** The number of read holds. */
  get readers(): number {
    return this.#line.taken % ALL;
  }

  /** Whether there is a write hold. */
  get isWriteLocked(): boolean {
    return this.#line.taken === ALL;
  }

  /** The number of waiters, on both sides. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Ends every wait on both sides with `reason`, or with an `AbortError`. Holders keep their holds.
   *
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/lite';
   *
   * const lock = new ReadWriteLock();
   * const guard = lock.write.tryAcquire();
   * const wait = lock.read.acquire().catch((error) => error.message);
   * lock.cancel(new Error('shutting down'));
   * console.log(await wait); // → shutting down
   * ```
   */
  cancel(reason?: unknown): void {
    this.#line.cancel(reason);
  }

  // The prototype says what any other one says: jest finds methods to mock only there.
  get [Symbol.toStringTag](): string {
    return #line in this ? 'ReadWriteLock' : 'Object';
  }
}

/** One way to hold a read/write lock. */
class Side implements Lockable {
  readonly #line: Line;
  readonly #permits: number;
  readonly #name: string;

  constructor(line: Line, permits: number, name: string) {
    this.#line = line;
    this.#permits = permits;
    this.#name = name;
  }

  acquire(options?: GiveUpOptions): Promise<Guard> {
    return new Promise(this.#line.asking(this.#permits, `${this.#name}.acquire`, options));
  }

  tryAcquire(): Guard | undefined {
    return this.#line.tryAcquire(this.#permits);
  }

  sandbox<R>(fn: () => R, options?: GiveUpOptions): Promise<Awaited<R>> {
    return sandbox(fn, this.#line.asking(this.#permits, `${this.#name}.sandbox`, options));
  }

  // As guards have one.
  get [Symbol.toStringTag](): string {
    return 'ReadWriteLock side';
  }
}
