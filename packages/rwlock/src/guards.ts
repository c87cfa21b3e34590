import { AbortError, type GiveUpOptions, type Guard, InvalidStateError, type WriteGuard } from '@valvekit/core';
import { type Form, Hold, type LockLine, readGiveUpOptions, VALUE, type Verb, Waiter } from '@valvekit/core/line';
import type { Request } from './request.ts';

/** A read hold, which can become the write hold. */
export interface UpgradableGuard extends Guard {
  /**
   * Goes from read to write, once all other readers have left, without letting a writer in between.
   *
   * Order: it goes before everything that waits.
   * Cancellation: given up, the guard still reads. If it is released meanwhile, the upgrade ends with an `AbortError`.
   *
   * @throws {InvalidStateError} as a rejection, if this guard has been released, or upgraded, or waits for that already
   * @throws {TypeError} a bad argument, naming it, as a rejection
   * @throws {TimeoutError} if there were other readers for longer than `timeout` milliseconds
   * @throws `signal.reason` if the signal aborts first
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * using guard = await lock.upgradable.acquire();
   * await guard.upgrade({ timeout: 1000 });
   * // alone in here, until the block ends
   * ```
   */
  upgrade(options?: GiveUpOptions): Promise<void>;
}

/** The guard of a write hold. */
export class WriteHold extends Hold<Request> implements WriteGuard {
  downgrade(): Guard {
    const line = this.spend();
    if (line === undefined) throw new InvalidStateError('WriteGuard: downgrade() on a guard that has been released');
    line.giveBack('downgrade');
    return new Hold(line, 'read');
  }
}

// Above every priority, and above the readers of the policy 'readers'.
const UPGRADE: Verb = { name: 'upgradable.upgrade', rank: 2, isBare: false };

/** The guard of an upgradable hold. */
export class UpgradableHold extends Hold<Request> implements UpgradableGuard {
  #upgrade: Waiter<Request> | undefined;

  upgrade(options?: GiveUpOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const terms = readGiveUpOptions(options);
      const line = this.#requireReading();
      const waiter = new Waiter(line, 'upgrade', UPGRADE, VALUE as Form<Request, void>);
      waiter.resolve = resolve as Waiter<Request>['resolve'];
      waiter.reject = reject;
      // Before the line is asked, because an outcome that is told there may call this again.
      this.#upgrade = waiter;
      try {
        if (line.ask('upgrade', terms, UPGRADE) === undefined) line.join(waiter, terms);
        else waiter.run();
      } catch (error) {
        this.#upgrade = undefined;
        throw error;
      }
    });
  }

  override release(): void {
    const upgrade = this.#upgrade;
    if (upgrade !== undefined) this.line?.giveUp(upgrade, released());
    super.release();
  }

  #requireReading(): LockLine<Request> {
    const upgrade = this.#upgrade;
    if (this.line === undefined) throw misuse('has been released');
    if (upgrade?.isQueued) throw misuse('waits for its upgrade already');
    if (upgrade?.hasGivenUp === false) throw misuse('is upgraded already');
    return this.line;
  }
}

function released(): AbortError {
  return new AbortError('The guard was released before its upgrade');
}

function misuse(why: string): InvalidStateError {
  return new InvalidStateError(`UpgradableGuard: upgrade() on a guard that ${why}`);
}
