import { acquire, type Guard, type Lockable, sandbox, type WaitOptions } from '@valvekit/core';
import type { Holds, Mode, Queue } from './holds.ts';

/** One way to hold a read/write lock: to read, to write, or to read and perhaps write later. */
export class Side<G extends Guard> implements Lockable<G> {
  readonly #queue: Queue;
  readonly #mode: Mode;

  constructor(holds: Holds, mode: Mode) {
    this.#queue = holds.queue(mode);
    this.#mode = mode;
  }

  acquire(options?: WaitOptions): Promise<G> {
    const operation = `ReadWriteLock.${this.#mode}.acquire`;
    return acquire(this.#queue, () => this.#mode, operation, options) as Promise<G>;
  }

  tryAcquire(): G | undefined {
    return this.#queue.tryGuard(this.#mode) as G | undefined;
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.#queue, () => this.#mode, `ReadWriteLock.${this.#mode}.sandbox`, fn, options);
  }
}
