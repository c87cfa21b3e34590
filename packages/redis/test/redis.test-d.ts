import type {
  AsyncLockable,
  FencedLease,
  Lease,
  Locks,
  PermitOptions,
  RedisConnection,
  RemoteLock,
  WaitOptions,
  WriteLease,
} from '@valvekit/redis';
import { RedisLocks } from '@valvekit/redis';
import { expectTypeOf, it } from 'vitest';

declare const connection: RedisConnection;

it('is a family of locks', () => {
  const locks = new RedisLocks(connection, { prefix: 'p', lease: 1000, passes: 0, maxHold: 1, label: 'l' });
  expectTypeOf(locks).toExtend<Locks>();
  expectTypeOf(locks).toExtend<AsyncDisposable>();
  expectTypeOf(locks.mutex('m')).toEqualTypeOf<RemoteLock>();
  expectTypeOf(locks.semaphore('s', 2)).toEqualTypeOf<RemoteLock<FencedLease, PermitOptions>>();
  expectTypeOf(locks.readWriteLock('l').write).toEqualTypeOf<RemoteLock<WriteLease>>();
  expectTypeOf(locks.mutex('m')).toExtend<AsyncLockable>();
  expectTypeOf(locks.readWriteLock('l').read).toExtend<AsyncLockable<Lease, WaitOptions>>();
  expectTypeOf(locks.mutex('m').sandbox(({ token }) => token)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(locks.mutex('m').sandbox(async ({ signal }) => signal.aborted)).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(locks.mutex('m').tryAcquire()).toEqualTypeOf<Promise<FencedLease | undefined>>();
  expectTypeOf(locks.readWriteLock('l').write.acquire()).resolves.toHaveProperty('downgrade');
  void locks.semaphore('s', 2).acquire({ permits: 2 });
  // @ts-expect-error a mutex has no permits
  void locks.mutex('m').acquire({ permits: 2 });
  // @ts-expect-error no client
  void new RedisLocks({});
});
