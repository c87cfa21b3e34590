import type { TimeoutError } from '../../contract/acquirable.ts';
import { rest } from '../../rest.ts';
import { FakeLock } from '../lock.ts';
import type { Mutant } from '../mutant.ts';
import { fakeMutex, fakeSemaphore } from '../subjects.ts';
import { FakeWait } from '../wait.ts';

class StaysInLine extends FakeWait {
  protected override leave(): void {}
}

class LosesLateGrant extends FakeWait {
  protected override arrive(): void {
    if (!this.isSettled) super.arrive();
  }
}

class WrapsReason extends FakeWait {
  protected override giveUp(reason: unknown): void {
    super.giveUp(new Error('The wait has ended', { cause: reason }));
  }
}

class ReplacesFalsyReason extends FakeWait {
  protected override giveUp(reason: unknown): void {
    super.giveUp(reason || new Error('The wait has ended'));
  }
}

class OverlooksEarlyAbort extends FakeWait {
  override start(): Promise<void> {
    const { signal } = this.terms;
    if (signal?.aborted) Object.assign(this, { terms: { ...this.terms, signal: undefined } });
    return super.start();
  }
}

class NoticesAbortLate extends FakeWait {
  protected override arrive(): void {
    if (this.isSettled) this.server.release(this);
    else this.settle(this.resolve);
  }

  protected override limit(): void {
    this.terms.signal?.addEventListener('abort', () => void rest().then(this.onAbort));
  }
}

class AbortEndsHold extends FakeWait {
  protected override settle(tell: () => void): void {
    super.settle(tell);
    this.terms.signal?.addEventListener('abort', () => this.server.release(this));
  }
}

class KeepsListener extends FakeWait {
  protected override unlimit(): void {
    if (this.timer !== undefined) this.clock.clear(this.timer);
  }
}

class KeepsTimer extends FakeWait {
  protected override unlimit(): void {
    this.terms.signal?.removeEventListener('abort', this.onAbort);
  }
}

class LateTimeoutEndsHold extends KeepsTimer {
  protected override giveUp(reason: unknown): void {
    if (this.isSettled) this.server.release(this);
    else super.giveUp(reason);
  }
}

class TimesOutEarly extends FakeWait {
  protected override startTimer(remaining: number): void {
    super.startTimer(remaining / 2);
  }
}

class OverflowsTimer extends FakeWait {
  protected override startTimer(remaining: number): void {
    this.timer = this.clock.set(() => this.giveUp(this.timeoutError()), remaining);
  }
}

class WaitsWithoutTime extends FakeWait {
  override async start(): Promise<void> {
    const { timeout } = this.terms;
    if (timeout <= 0) Object.assign(this, { terms: { ...this.terms, timeout: 1 } });
    return super.start();
  }
}

class PlainError extends FakeWait {
  protected override timeoutError(): TimeoutError {
    return new Error(super.timeoutError().message);
  }
}

class SilentAboutTime extends FakeWait {
  protected override timeoutError(): TimeoutError {
    return Object.assign(super.timeoutError(), { message: `${this.operation}() timed out` });
  }
}

function withWait(Wait: typeof FakeWait): typeof FakeLock {
  return class extends FakeLock {
    protected override readonly Wait = Wait;
  };
}

/** Faults of a call that waits. */
export const waitMutants: readonly Mutant[] = [
  {
    name: 'stays in the line after an abort',
    shownBy: 'admits smaller requests after an abort of a large one before them',
    subject: fakeSemaphore({ Lock: withWait(StaysInLine) }),
  },
  {
    name: 'loses a grant that arrives after the waiter gave up',
    shownBy: 'settles acquire() once and loses no hold, whenever an abort meets the release',
    subject: fakeMutex({ Lock: withWait(LosesLateGrant) }),
  },
  {
    name: 'wraps the reason',
    shownBy: 'rejects a waiting acquire() with the reason of its signal, unchanged',
    subject: fakeMutex({ Lock: withWait(WrapsReason) }),
  },
  {
    name: 'replaces a falsy reason',
    shownBy: 'rejects a waiting sandbox() with the reason of its signal, unchanged',
    subject: fakeMutex({ Lock: withWait(ReplacesFalsyReason) }),
  },
  {
    name: 'overlooks that the signal is aborted already',
    shownBy: 'rejects acquire() with an aborted signal, even if the lock is free',
    subject: fakeMutex({ Lock: withWait(OverlooksEarlyAbort) }),
  },
  {
    name: 'notices an abort too late',
    shownBy: 'does not let an aborted waiter hold up the next one, even before listeners run',
    subject: fakeMutex({ Lock: withWait(NoticesAbortLate) }),
  },
  {
    name: 'ends a hold when the signal of its wait aborts',
    shownBy: 'ignores an abort after acquire() was granted',
    subject: fakeMutex({ Lock: withWait(AbortEndsHold) }),
  },
  {
    name: 'keeps its listener',
    shownBy: 'leaves no listener on the signal of acquire()',
    subject: fakeMutex({ Lock: withWait(KeepsListener) }),
  },
  {
    name: 'keeps its timer',
    shownBy: 'leaves no timer of acquire() behind, however its wait ends',
    subject: fakeMutex({ Lock: withWait(KeepsTimer) }),
  },
  {
    name: 'ends a hold when the timeout of its wait is over',
    shownBy: 'ends no hold of acquire() when its timeout is over after the grant',
    subject: fakeMutex({ Lock: withWait(LateTimeoutEndsHold) }),
  },
  {
    name: 'times out early',
    shownBy: 'rejects a waiting acquire() when its timeout is over, and not before',
    subject: fakeMutex({ Lock: withWait(TimesOutEarly) }),
  },
  {
    name: 'times out early when its timeout is longer than a timer can be',
    shownBy: 'does not time out acquire() early when its timeout is longer than a timer can be',
    subject: fakeMutex({ Lock: withWait(OverflowsTimer) }),
  },
  {
    name: 'waits although its timeout is zero',
    shownBy: 'grants acquire() with a timeout of zero or less only if no wait is needed',
    subject: fakeMutex({ Lock: withWait(WaitsWithoutTime) }),
  },
  {
    name: 'times out with a plain error',
    shownBy: 'rejects a waiting acquire() when its timeout is over, and not before',
    subject: fakeMutex({ Lock: withWait(PlainError) }),
  },
  {
    name: 'does not say how long it waited',
    shownBy: 'rejects a waiting sandbox() when its timeout is over, and not before',
    subject: fakeMutex({ Lock: withWait(SilentAboutTime) }),
  },
];
