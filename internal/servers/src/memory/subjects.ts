import type { Acquirable, Guard, Lease, PermitOptions } from '@valvekit/core';
import { Family, type FencedLease, type LockId, type LocksOptions, readLocksOptions } from '@valvekit/lease';
import type { ContractSubject, ContractUnderTest, Feature } from '@valvekit-internal/laws/contract/subject';
import { rest } from '@valvekit-internal/laws/rest';
import { vi } from 'vitest';
import { MemoryServer } from './memory-server.ts';

const features: readonly Feature[] = ['priorities', 'leases', 'loss', 'other'];

type Side = (family: Family) => Acquirable<Guard | Lease, PermitOptions>;

interface Shape {
  readonly id: LockId;
  readonly side: Side;
  readonly rival?: Side;
  readonly options?: LocksOptions | undefined;
}

// How many locks under test need the fake time.
let users = 0;

/** Gives the timers and clocks of the process into the hands of the test. */
export function fakeTime(): void {
  if (users === 0) vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  users++;
}

/** Gives them back, once for each call of `fakeTime`. */
export function realTime(): void {
  users--;
  if (users === 0) vi.useRealTimers();
}

/** Lets time pass for the process and the server alike. */
export async function pass(server: MemoryServer, ms: number, step = 50): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    const part = Math.min(step, left);
    server.clock.advance(part);
    await vi.advanceTimersByTimeAsync(part);
    await rest();
  }
}

function under({ id, side, rival, options }: Shape): ContractUnderTest {
  fakeTime();
  const server = new MemoryServer();
  const families = [0, 1].map(() => new Family(server.connect(), readLocksOptions(options)));
  const [one, two] = families as [Family, Family];
  return {
    lock: side(one),
    other: side(two),
    ...(rival && { rival: rival(two) }),
    async settle() {
      for (let i = 0; i < 3; i++) await rest();
    },
    advance: (ms) => pass(server, ms, 10),
    // Those of several locks cannot be told apart.
    timers: () => (users > 1 ? 0 : vi.getTimerCount()),
    async lose(lease) {
      server.lock(id).lose((lease as FencedLease).token);
      await rest();
    },
    async close() {
      await Promise.all(families.map((family) => family.close({ timeout: 0 })));
      realTime();
    },
  };
}

const mutexId: LockId = { kind: 'mutex', name: 'm' };
const semaphoreId: LockId = { kind: 'semaphore', name: 's' };
const lockId: LockId = { kind: 'lock', name: 'l' };

/** The locks of a family on a server in memory. */
export function memorySubjects(options?: LocksOptions): Record<string, ContractSubject> {
  const read: Side = (family) => family.readWriteLock(lockId.name).read;
  const write: Side = (family) => family.readWriteLock(lockId.name).write;
  return {
    mutex: { features, make: () => under({ id: mutexId, side: (family) => family.mutex(mutexId.name), options }) },
    'semaphore of three permits': {
      capacity: 3,
      features: [...features, 'permits'],
      make: () => under({ id: semaphoreId, side: (family) => family.semaphore(semaphoreId.name, 3), options }),
    },
    'write side': { features, make: () => under({ id: lockId, side: write, options }) },
    'read side': {
      capacity: Number.POSITIVE_INFINITY,
      features: [...features, 'rival'],
      make: () => under({ id: lockId, side: read, rival: write, options }),
    },
  };
}
