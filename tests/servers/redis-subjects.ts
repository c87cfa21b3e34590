import type { Acquirable, Guard, Lease, PermitOptions } from '@valvekit/core';
import { type FencedLease, type LocksOptions, RedisLocks } from '@valvekit/redis';
import type { ContractSubject, ContractUnderTest, Feature } from '@valvekit-internal/laws/contract/subject';
import { LongTimers } from '@valvekit-internal/servers/long-timers';
import { Quiet } from '@valvekit-internal/servers/quiet';
import { connectionOf } from '../../packages/redis/src/clients/clients.ts';
import type { Opened } from './clients.ts';

const features: readonly Feature[] = ['priorities', 'leases', 'loss', 'other'];

type Side = (locks: RedisLocks, name: string) => Acquirable<Guard | Lease, PermitOptions>;

let names = 0;

// One for all: a law may need two locks.
const quiet = new Quiet();
const timers = new LongTimers();
let open = 0;

/** Two families of locks on two clients, and what the laws do around a lock of theirs. */
function under(
  clients: readonly Opened[],
  options: LocksOptions,
  tag: string,
  side: Side,
  lose: (state: string, lease: FencedLease) => Promise<void>,
  rival?: Side,
): ContractUnderTest {
  const name = `law ${names++} }%{`;
  open++;
  const families = clients.map(({ client }) => new RedisLocks(quiet.watch(connectionOf(client)), options));
  const [one, two] = families as [RedisLocks, RedisLocks];
  const escaped = name.replace(/[%} ]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
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
      await lose(`${options.prefix}:{${tag}:${escaped}}:s`, lease as FencedLease);
      await quiet.settle();
    },
    async close() {
      await Promise.all(families.map((family) => family.close({ timeout: 0 })));
      open--;
    },
  };
}

/** The locks of two clients on one server. */
export function redisSubjects(
  clients: readonly Opened[],
  options: LocksOptions,
  lose: (state: string, lease: FencedLease) => Promise<void>,
): Record<string, ContractSubject> {
  const make = (tag: string, side: Side, rival?: Side) => () => under(clients, options, tag, side, lose, rival);
  const read: Side = (locks, name) => locks.readWriteLock(name).read;
  const write: Side = (locks, name) => locks.readWriteLock(name).write;
  return {
    mutex: { features, make: make('m', (locks, name) => locks.mutex(name)) },
    'semaphore of three permits': {
      capacity: 3,
      features: [...features, 'permits'],
      make: make('s', (locks, name) => locks.semaphore(name, 3)),
    },
    'write side': { features, make: make('l', write) },
    'read side': { capacity: Number.POSITIVE_INFINITY, features: [...features, 'rival'], make: make('l', read, write) },
  };
}
