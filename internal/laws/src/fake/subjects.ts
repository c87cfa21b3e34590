import type { Acquirable, PermitOptions } from '../contract/acquirable.ts';
import { TimeoutError } from '../contract/acquirable.ts';
import type { ContractSubject, ContractUnderTest, Feature } from '../contract/subject.ts';
import { withPermits } from '../contract/with-permits.ts';
import { rest } from '../rest.ts';
import { FakeClock } from './clock.ts';
import type { FakeLease } from './lease.ts';
import { FakeLock } from './lock.ts';
import { FakeServer } from './server.ts';

/** What a fake is made of. */
export interface FakeParts {
  readonly Server?: typeof FakeServer;
  readonly Lock?: typeof FakeLock;
}

const features: readonly Feature[] = ['priorities', 'leases', 'loss', 'other'];

/** A fake lock for one holder. */
export function fakeMutex(parts?: FakeParts): ContractSubject {
  return { features, make: () => handles(1, (handle) => handle, parts) };
}

/** A fake lock for three holders. */
export function fakeSemaphore(parts?: FakeParts): ContractSubject {
  return { capacity: 3, features: [...features, 'permits'], make: () => handles(3, (handle) => handle, parts) };
}

/** A fake lock for one holder, which takes three of five permits. */
export function fakeWeighted(parts?: FakeParts): ContractSubject {
  return { features, make: () => handles(5, (handle) => weighted(handle, 3), parts) };
}

// A reader takes one of very many permits, and a writer all of them.
const readers = 10_000;

/** The write side of a fake read/write lock. */
export function fakeWriteSide(parts?: FakeParts): ContractSubject {
  return { features, make: () => handles(readers, (handle) => weighted(handle, readers), parts) };
}

/** The read side. */
export function fakeReadSide(parts?: FakeParts): ContractSubject {
  return {
    capacity: Number.POSITIVE_INFINITY,
    features: [...features, 'rival'],
    make() {
      const under = handles(readers, (handle) => handle, parts);
      return { ...under, rival: weighted(under.lock, readers) };
    },
  };
}

function handles(
  capacity: number,
  sideOf: (handle: FakeLock) => Acquirable,
  { Server = FakeServer, Lock = FakeLock }: FakeParts = {},
): ContractUnderTest {
  const server = new Server(capacity);
  const clock = new FakeClock();
  return {
    lock: sideOf(new Lock(server, clock)),
    other: sideOf(new Lock(server, clock)),
    settle: rest,
    advance: (ms) => clock.advance(ms),
    timers: () => clock.pending,
    lose: (lease) => (lease as FakeLease).lose(),
  };
}

/** A lock whose every call takes this many permits. */
function weighted(lock: Acquirable, permits: number): Acquirable {
  const heavy: Acquirable = {
    acquire: (options) => lock.acquire(withPermits(options, permits)),
    async tryAcquire(options?: PermitOptions) {
      try {
        return await heavy.acquire({ ...options, timeout: 0 });
      } catch (error) {
        if (error instanceof TimeoutError) return undefined;
        throw error;
      }
    },
    sandbox: (fn, options) => lock.sandbox(fn, withPermits(options, permits)),
  };
  return heavy;
}
