import type { PermitOptions } from '../../contract/acquirable.ts';
import { withPermits } from '../../contract/with-permits.ts';
import { microtasks } from '../../rest.ts';
import type { FakeLease } from '../lease.ts';
import { FakeLock } from '../lock.ts';
import type { Mutant } from '../mutant.ts';
import { fakeMutex, fakeSemaphore } from '../subjects.ts';

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

class SandboxTakesAll extends FakeLock {
  override sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    return super.sandbox(fn, withPermits(options, this.server.capacity));
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

class DropsFalsyValue extends FakeLock {
  override async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    return (await super.sandbox(fn, options)) || (undefined as never);
  }
}

class TimesOutRunningFn extends FakeLock {
  override sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    const { timeout = 0 } = options ?? {};
    const sandbox = super.sandbox(fn, options);
    if (!(timeout > 0 && timeout < 1000)) return sandbox;
    return new Promise((resolve, reject) => {
      const timer = this.clock.set(() => reject(new Error('fn took too long')), timeout);
      sandbox.then(resolve, reject).finally(() => this.clock.clear(timer));
    });
  }
}

/** Faults of `sandbox`. */
export const sandboxMutants: readonly Mutant[] = [
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
    name: 'takes all permits for one sandbox',
    shownBy: 'admits callers together where they fit',
    subject: fakeSemaphore({ Lock: SandboxTakesAll }),
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
    name: 'drops a falsy value of fn',
    shownBy: 'resolves to what fn returns, plain, from a promise or from a thenable',
    subject: fakeMutex({ Lock: DropsFalsyValue }),
  },
  {
    name: 'times out a running fn',
    shownBy: 'lets the timeout end the wait only, and not a running fn',
    subject: fakeMutex({ Lock: TimesOutRunningFn }),
  },
];
