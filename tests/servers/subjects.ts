import type { Acquirable, Guard, Lease, PermitOptions } from '@valvekit/core';
import type { FencedLease, Kind, LocksOptions } from '@valvekit/lease';
import type { ContractSubject, ContractUnderTest, Feature } from '@valvekit-internal/laws/contract/subject';
import { LongTimers } from '@valvekit-internal/servers/long-timers';
import { Quiet } from '@valvekit-internal/servers/quiet';
import type { AnyLocks, Opened } from './clients.ts';
import type { Reached } from './engines.ts';

const features: readonly Feature[] = ['priorities', 'leases', 'loss', 'other'];

type Side = (locks: AnyLocks, name: string) => Acquirable<Guard | Lease, PermitOptions>;

let names = 0;

// One for all: a law may need two locks.
const quiet = new Quiet();
const timers = new LongTimers();
let open = 0;

/** Two families of locks on two clients, and what the laws do around a lock of theirs. */
function under(
  clients: readonly Opened[],
  server: Reached,
  options: LocksOptions,
  kind: Kind,
  side: Side,
  rival?: Side,
): ContractUnderTest {
  const name = `law ${names++} }%{`;
  open++;
  const families = clients.map((client) => client.locks(options, quiet));
  const [one, two] = families as [AnyLocks, AnyLocks];
  return {
    lock: side(one, name),
    other: side(two, name),
    ...(rival && { rival: rival(two, name) }),
    settle: () => quiet.settle(),
    timeout: 200_000,
    advance: (ms) => timers.advance(ms),
    // Those of several locks cannot be told apart.
    timers: () => (open > 1 ? 0 : timers.size),
    async lose(lease) {
      await server.lose({ kind, name }, lease as FencedLease);
      await quiet.settle();
    },
    async close() {
      await Promise.all(families.map((family) => family.close({ timeout: 0 })));
      open--;
    },
  };
}

/** The locks of two clients on one server. */
export function subjects(
  clients: readonly Opened[],
  server: Reached,
  options: LocksOptions,
): Record<string, ContractSubject> {
  const make = (kind: Kind, side: Side, rival?: Side) => () => under(clients, server, options, kind, side, rival);
  const read: Side = (locks, name) => locks.readWriteLock(name).read;
  const write: Side = (locks, name) => locks.readWriteLock(name).write;
  return {
    mutex: { features, make: make('mutex', (locks, name) => locks.mutex(name)) },
    'semaphore of three permits': {
      capacity: 3,
      features: [...features, 'permits'],
      make: make('semaphore', (locks, name) => locks.semaphore(name, 3)),
    },
    'write side': { features, make: make('lock', write) },
    'read side': {
      capacity: Number.POSITIVE_INFINITY,
      features: [...features, 'rival'],
      make: make('lock', read, write),
    },
  };
}
