import type { PermitOptions } from '../../contract/acquirable.ts';
import { microtasks } from '../../rest.ts';
import type { FakeLease } from '../lease.ts';
import { FakeLock } from '../lock.ts';
import type { Mutant } from '../mutant.ts';
import { fakeMutex } from '../subjects.ts';
import { FakeWait } from '../wait.ts';

class KeepsHoldOfFailure extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const lease = await this.wait(options, 'sandbox');
    const result = await fn(lease);
    await lease.release();
    return result;
  }
}

class ReleasesBeforePromise extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    let result: R;
    await super.sandbox((lease) => {
      result = fn(lease);
    }, options);
    // @ts-expect-error: assigned in the sandbox
    return await result;
  }
}

class SettlesBeforeRelease extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const lease = await this.wait(options, 'sandbox');
    try {
      return await fn(lease);
    } finally {
      void microtasks(10).then(() => lease.release());
    }
  }
}

class ThrowsAtOnce extends FakeLock {
  override sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    if (typeof fn !== 'function') throw new TypeError('fn must be a function');
    return super.sandbox(fn, options);
  }
}

class PassesNothing extends FakeLock {
  override sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    return super.sandbox(() => fn(undefined as never), options);
  }
}

class RunsBeforeGrant extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const result = await fn(undefined as never);
    const lease = await this.wait(options, 'sandbox');
    await lease.release();
    return result;
  }
}

class RunsTwice extends FakeLock {
  override sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const twice = (lease: FakeLease): R => {
      fn(lease);
      return fn(lease);
    };
    return super.sandbox(twice, options);
  }
}

class HidesLoss extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const lease = await this.wait(options, 'sandbox');
    try {
      return await fn(lease);
    } finally {
      await lease.release().catch(() => {});
    }
  }
}

class LossHidesError extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const lease = await this.wait(options, 'sandbox');
    try {
      return await fn(lease);
    } finally {
      await lease.release();
    }
  }
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

class RefusesNull extends FakeLock {
  protected override wait(options: PermitOptions | undefined, operation: string): Promise<FakeLease> {
    if (options?.signal === null) return Promise.reject(new TypeError('signal must be an AbortSignal, but is null'));
    return super.wait(options, operation);
  }
}

/** Faults of the verbs. */
export const lockMutants: readonly Mutant[] = [
  {
    name: 'keeps its hold when fn fails',
    shownBy: 'has freed the lock by the time it settles',
    subject: fakeMutex({ Lock: KeepsHoldOfFailure }),
  },
  {
    name: 'releases before the promise of fn has settled',
    shownBy: 'holds the lock until the promise of fn settles',
    subject: fakeMutex({ Lock: ReleasesBeforePromise }),
  },
  {
    name: 'settles the sandbox before the lock is free',
    shownBy: 'has freed the lock by the time it settles',
    subject: fakeMutex({ Lock: SettlesBeforeRelease }),
  },
  {
    name: 'throws instead of rejecting',
    shownBy: 'rejects a fn that is no function, and takes nothing',
    subject: fakeMutex({ Lock: ThrowsAtOnce }),
  },
  { name: 'passes no lease', shownBy: 'passes its lease to fn', subject: fakeMutex({ Lock: PassesNothing }) },
  {
    name: 'runs fn before the grant',
    shownBy: 'calls fn once, when the lock is granted',
    subject: fakeMutex({ Lock: RunsBeforeGrant }),
  },
  {
    name: 'runs fn twice',
    shownBy: 'calls fn once, when the lock is granted',
    subject: fakeMutex({ Lock: RunsTwice }),
  },
  {
    name: 'resolves a sandbox whose lease was lost',
    shownBy: 'rejects a sandbox whose lease was lost, even though fn succeeded',
    subject: fakeMutex({ Lock: HidesLoss }),
  },
  {
    name: 'hides the error of fn behind a loss',
    shownBy: 'rejects a sandbox with the error of fn, even though its lease was lost',
    subject: fakeMutex({ Lock: LossHidesError }),
  },
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
    name: 'refuses a signal of null',
    shownBy: 'takes null and undefined for no signal',
    subject: fakeMutex({ Lock: RefusesNull }),
  },
];
