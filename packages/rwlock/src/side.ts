import { type Guard, type Lockable, sandbox, type WaitOptions } from '@valvekit/core';
import type { Holds, Mode } from './holds.ts';

/** One way to hold a read/write lock: to read, to write, or to read and perhaps write later. */
export class Side<G extends Guard> implements Lockable<G> {
  readonly #holds: Holds;
  readonly #mode: Mode;
  readonly #guard: (this: Holds) => G;

  /** @param guard - makes the guard of a hold just taken, called as a method of the holds */
  constructor(holds: Holds, mode: Mode, guard: (this: Holds) => G) {
    this.#holds = holds;
    this.#mode = mode;
    this.#guard = guard;
  }

  acquire(options?: WaitOptions): Promise<G> {
    return new Promise((resolve, reject) => {
      this.#enter('acquire', resolve, reject, options);
    });
  }

  tryAcquire(): G | undefined {
    return this.#holds.tryAdmit(this.#mode) ? this.#guard.call(this.#holds) : undefined;
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox((onGrant, onGiveUp) => this.#enter('sandbox', onGrant, onGiveUp, options), fn);
  }

  #enter(
    verb: string,
    onGrant: (guard: G) => void,
    onGiveUp: (reason: unknown) => void,
    options: WaitOptions | undefined,
  ): object | undefined {
    const entry = this.#holds.entry(this.#mode, `ReadWriteLock.${this.#mode}.${verb}`, options);
    return entry(() => onGrant(this.#guard.call(this.#holds)), onGiveUp);
  }
}
