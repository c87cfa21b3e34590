import type { PermitOptions } from '../../contract/acquirable.ts';
import type { FakeLease } from '../lease.ts';
import { FakeLock } from '../lock.ts';
import type { Mutant } from '../mutant.ts';
import { fakeMutex, fakeSemaphore } from '../subjects.ts';
import { FakeWait } from '../wait.ts';

class NeverTries extends FakeLock {
  override async tryAcquire(): Promise<undefined> {}
}

class LeavesGhost extends FakeLock {
  override async tryAcquire(): Promise<FakeLease | undefined> {
    const lease = await super.tryAcquire();
    if (lease === undefined) this.server.join({ permits: 1, priority: 0, granted: () => {} });
    return lease;
  }
}

class TriesWithAborted extends FakeLock {
  override tryAcquire(): Promise<FakeLease | undefined> {
    return super.tryAcquire();
  }
}

class ChecksNothing extends FakeLock {
  protected override async wait(options: PermitOptions | undefined): Promise<FakeLease> {
    const { timeout = Number.POSITIVE_INFINITY, signal, priority = 0, permits = 1 } = options ?? {};
    const terms = { timeout, signal: signal ?? undefined, priority, permits };
    const wait = new FakeWait(this.server, this.clock, terms, 'acquire');
    await wait.start();
    return new this.Lease(this.server, wait);
  }
}

class IgnoresHostileOptions extends FakeLock {
  protected override async wait(options: PermitOptions | undefined, operation: string): Promise<FakeLease> {
    try {
      return await super.wait(options, operation);
    } catch (error) {
      if (error instanceof Error && error.message === 'getter') return super.wait(undefined, operation);
      throw error;
    }
  }
}

class RefusesNull extends FakeLock {
  protected override wait(options: PermitOptions | undefined, operation: string): Promise<FakeLease> {
    if (options?.signal === null) return Promise.reject(new TypeError('signal must be an AbortSignal, but is null'));
    return super.wait(options, operation);
  }
}

/** Faults of `tryAcquire`, and of reading options. */
export const lockMutants: readonly Mutant[] = [
  { name: 'never tries', shownBy: 'gives a hold of a free lock', subject: fakeMutex({ Lock: NeverTries }) },
  {
    name: 'leaves a failed try in the line',
    shownBy: 'gives undefined on a held lock, whether or not it is awaited',
    subject: fakeMutex({ Lock: LeavesGhost }),
  },
  {
    name: 'ignores the signal of a try',
    shownBy: 'rejects with the reason of an aborted signal, and takes nothing',
    subject: fakeMutex({ Lock: TriesWithAborted }),
  },
  {
    name: 'checks no options',
    shownBy: 'rejects bad options of acquire(), and takes nothing',
    subject: fakeMutex({ Lock: ChecksNothing }),
  },
  {
    name: 'checks no permits',
    shownBy: 'rejects bad permits of acquire(), and more than there are, and takes nothing',
    subject: fakeSemaphore({ Lock: ChecksNothing }),
  },
  {
    name: 'ignores what reading its options throws',
    shownBy: 'rejects acquire() with what reading its options throws',
    subject: fakeMutex({ Lock: IgnoresHostileOptions }),
  },
  {
    name: 'refuses a signal of null',
    shownBy: 'takes null and undefined for no signal',
    subject: fakeMutex({ Lock: RefusesNull }),
  },
];
