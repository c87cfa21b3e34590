import { type Guard, Hold, InvalidStateError, readWaitOptions, type WaitOptions } from '@valvekit/core';
import type { Holds, Queue, Request } from './holds.ts';

/** A write hold, which can become a read hold. */
export interface WriteGuard extends Guard {
  /**
   * Goes from write to read without letting go: spends this guard, returns a read guard, and lets in the readers that
   * are next.
   *
   * @throws {InvalidStateError} if this guard has been released
   */
  downgrade(): Guard;
}

/** A read hold, which can become the write hold. */
export interface UpgradableGuard extends Guard {
  /**
   * Goes from read to write, once all other readers have left, without letting a writer in between.
   *
   * Order: it goes before everything that waits; a priority has no meaning here.
   * Giving up: the guard still reads. If it is released meanwhile, the upgrade ends with an `AbortError`.
   *
   * @throws {InvalidStateError} as a rejection, if this guard has been released, or upgraded, or waits for that already
   * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if there were other readers for longer than `timeout` milliseconds
   * @throws `signal.reason`, if the signal aborts first
   */
  upgrade(options?: WaitOptions): Promise<void>;
}

/** The guard of a write hold. */
export class WriteHold extends Hold<Holds, Request> implements WriteGuard {
  downgrade(): Guard {
    const queue = this.spend();
    if (queue === undefined) throw new InvalidStateError('WriteGuard.downgrade() on a guard that has been released');
    return queue.owner.downgrade();
  }
}

/** The guard of an upgradable hold. */
export class UpgradableHold extends Hold<Holds, Request> implements UpgradableGuard {
  readonly #holds: Holds;

  constructor(queue: Queue, request: Request) {
    super(queue, request);
    this.#holds = queue.owner;
  }

  upgrade(options?: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const terms = readWaitOptions(options);
      if (this.released) throw new InvalidStateError('UpgradableGuard.upgrade() on a guard that has been released');
      this.#holds.upgrade(resolve, reject, terms);
    });
  }
}
