import type { ContractSubject, ContractUnderTest } from '../../contract/subject.ts';
import type { Mutant } from '../mutant.ts';
import { type FakeRequest, FakeServer } from '../server.ts';
import { fakeMutex, fakeReadSide, fakeSemaphore } from '../subjects.ts';

class OneTooMany extends FakeServer {
  protected override fits({ permits }: FakeRequest): boolean {
    return super.fits({ permits: permits - 1, priority: 0, granted: () => {} });
  }
}

class LastComeFirstServed extends FakeServer {
  protected override placeOf(): number {
    return 0;
  }
}

class WithoutPriorities extends FakeServer {
  protected override placeOf(): number {
    return this.line.length;
  }
}

class NobodyMovesUp extends FakeServer {
  override leave(request: FakeRequest): void {
    this.line = this.line.filter((other) => other !== request);
  }
}

class SmallOvertakesLarge extends FakeServer {
  protected override drain(): void {
    for (const request of this.line) {
      if (!this.fits(request)) continue;
      this.line = this.line.filter((other) => other !== request);
      this.holds.push(request);
      request.granted();
    }
  }
}

class TryOvertakes extends FakeServer {
  override attempt(request: FakeRequest): boolean {
    if (!this.fits(request)) return false;
    this.holds.push(request);
    return true;
  }
}

class OneGrantForEachRelease extends FakeServer {
  protected override drain(): void {
    const [head] = this.line;
    if (head === undefined || !this.fits(head)) return;
    this.line.shift();
    this.holds.push(head);
    head.granted();
  }
}

/** Locks that are in use at the same time share one state. */
function oneForAll(): ContractSubject {
  const subject = fakeMutex();
  let shared: ContractUnderTest | undefined;
  let users = 0;
  return {
    ...subject,
    async make() {
      users++;
      shared ??= await subject.make();
      const close = (): void => {
        users--;
        if (users === 0) shared = undefined;
      };
      return { ...shared, close };
    },
  };
}

/** Faults of the server that keeps holds and line. */
export const serverMutants: readonly Mutant[] = [
  {
    name: 'admits one too many',
    shownBy: 'makes acquire() wait when the lock is full, and admits one caller for each release',
    subject: fakeMutex({ Server: OneTooMany }),
  },
  {
    name: 'admits a reader together with a writer',
    shownBy: 'never grants acquire() and a rival at the same time',
    subject: fakeReadSide({ Server: OneTooMany }),
  },
  {
    name: 'serves the last caller first',
    shownBy: 'serves all forms in one line, in the order of their calls',
    subject: fakeMutex({ Server: LastComeFirstServed }),
  },
  {
    name: 'ignores priorities',
    shownBy: 'serves acquire() calls of higher priority first, equals in the order of their calls',
    subject: fakeMutex({ Server: WithoutPriorities }),
  },
  {
    name: 'moves nobody up when the head gives up',
    shownBy: 'admits smaller requests after an abort of a large one before them',
    subject: fakeSemaphore({ Server: NobodyMovesUp }),
  },
  {
    name: 'lets a small request overtake a large one',
    shownBy: 'grants acquire() all its permits together, and lets no smaller request overtake it',
    subject: fakeSemaphore({ Server: SmallOvertakesLarge }),
  },
  {
    name: 'lets a try overtake a waiter',
    shownBy: 'does not overtake a waiter',
    subject: fakeSemaphore({ Server: TryOvertakes }),
  },
  {
    name: 'admits one caller for a release that fits several',
    shownBy: 'admits several callers of acquire() for one release if their permits fit',
    subject: fakeSemaphore({ Server: OneGrantForEachRelease }),
  },
  { name: 'is the same as every other lock', shownBy: 'keeps two locks apart', subject: oneForAll() },
];
