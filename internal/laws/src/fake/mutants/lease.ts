import { microtasks } from '../../rest.ts';
import { FakeLease } from '../lease.ts';
import { FakeLock } from '../lock.ts';
import type { Mutant } from '../mutant.ts';
import { FakeServer } from '../server.ts';
import { fakeMutex } from '../subjects.ts';

class ResolvesEarly extends FakeLease {
  protected override async giveBack(): Promise<void> {
    if (this.signal.aborted) throw this.signal.reason;
    void microtasks(10).then(() => this.server.release(this.request));
  }
}

class CountingServer extends FakeServer {
  releaseAny(): void {
    for (const hold of this.holds.slice(0, 1)) this.release(hold);
  }
}

class ReleasesAgain extends FakeLease {
  override release(): Promise<void> {
    if (this.released) (this.server as CountingServer).releaseAny();
    return super.release();
  }
}

class AnotherPromise extends FakeLease {
  override release(): Promise<void> {
    return super.release().then(() => {});
  }
}

class ReleasedTooLate extends FakeLease {
  #isReleased = false;

  override get released(): boolean {
    return this.#isReleased;
  }

  protected override async giveBack(): Promise<void> {
    await super.giveBack();
    this.#isReleased = true;
  }
}

class Unhandled extends FakeLease {
  override release(): Promise<void> {
    this.end ??= this.giveBack();
    return this.end;
  }
}

class SilentLoss extends FakeLease {
  override lose(): void {
    this.server.release(this.request);
  }
}

class ForgivesLoss extends FakeLease {
  protected override async giveBack(): Promise<void> {
    await microtasks(3);
    this.server.release(this.request);
  }
}

class LosesInOrder extends FakeLease {
  protected override async giveBack(): Promise<void> {
    await super.giveBack();
    this.controller.abort(new Error('released'));
  }
}

class LosesSpent extends FakeLease {
  override lose(): void {
    this.server.release(this.request);
    this.controller.abort(new Error('lost'));
  }
}

function withLease(Lease: typeof FakeLease): typeof FakeLock {
  return class extends FakeLock {
    protected override readonly Lease = Lease;
  };
}

/** Faults of a lease. */
export const leaseMutants: readonly Mutant[] = [
  {
    name: 'resolves release() before the lock is free',
    shownBy: 'releases its hold by the time release() is done',
    subject: fakeMutex({ Lock: withLease(ResolvesEarly) }),
  },
  {
    name: 'releases the hold of another when it is released again',
    shownBy: 'releases once, however often release() is called',
    subject: fakeMutex({ Lock: withLease(ReleasesAgain), Server: CountingServer }),
  },
  {
    name: 'makes a new promise for every release()',
    shownBy: 'returns the same promise from every release()',
    subject: fakeMutex({ Lock: withLease(AnotherPromise) }),
  },
  {
    name: 'is marked as released too late',
    shownBy: 'is marked as released from the call of release() on',
    subject: fakeMutex({ Lock: withLease(ReleasedTooLate) }),
  },
  {
    name: 'leaves the rejection of a release unhandled',
    shownBy: 'leaves no rejection unhandled when nobody awaits the release of a lost lease',
    subject: fakeMutex({ Lock: withLease(Unhandled) }),
  },
  {
    name: 'does not tell that it was lost',
    shownBy: 'aborts the signal of a lost lease with a LeaseLostError',
    subject: fakeMutex({ Lock: withLease(SilentLoss) }),
  },
  {
    name: 'resolves the release of a lost lease',
    shownBy: 'rejects every release() of a lost lease with a LeaseLostError',
    subject: fakeMutex({ Lock: withLease(ForgivesLoss) }),
  },
  {
    name: 'aborts its signal when it is released in order',
    shownBy: 'does not abort its signal when it is released in order',
    subject: fakeMutex({ Lock: withLease(LosesInOrder) }),
  },
  {
    name: 'can be lost after it was released',
    shownBy: 'ignores a loss after the release',
    subject: fakeMutex({ Lock: withLease(LosesSpent) }),
  },
];
