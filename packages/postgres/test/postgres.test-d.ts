import type {
  AsyncLockable,
  FencedLease,
  Lease,
  Locks,
  PermitOptions,
  PostgresConnection,
  RemoteLock,
  WaitOptions,
  WriteLease,
} from '@valvekit/postgres';
import { PostgresLocks } from '@valvekit/postgres';
import { expectTypeOf, it } from 'vitest';

declare const connection: PostgresConnection;
declare const lease: FencedLease;

it('is a family of locks', () => {
  const locks = new PostgresLocks(connection, { prefix: 'p', lease: 1000, schema: 's', durability: 'memory' });
  expectTypeOf(locks).toExtend<Locks>();
  expectTypeOf(locks).toExtend<AsyncDisposable>();
  expectTypeOf(locks.mutex('m')).toEqualTypeOf<RemoteLock>();
  expectTypeOf(locks.semaphore('s', 2)).toEqualTypeOf<RemoteLock<FencedLease, PermitOptions>>();
  expectTypeOf(locks.readWriteLock('l').write).toEqualTypeOf<RemoteLock<WriteLease>>();
  expectTypeOf(locks.mutex('m')).toExtend<AsyncLockable>();
  expectTypeOf(locks.readWriteLock('l').read).toExtend<AsyncLockable<Lease, WaitOptions>>();
  expectTypeOf(locks.mutex('m').sandbox(({ token }) => token)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(locks.fence({ query: async () => ({ rows: [] }) }, lease)).toEqualTypeOf<Promise<void>>();
  expectTypeOf(locks.install()).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error no transaction
  void locks.fence({}, lease);
  // @ts-expect-error no client
  void new PostgresLocks({});
  // @ts-expect-error no such durability
  void new PostgresLocks(connection, { durability: 'disk' });
});
