import { type AsyncLockable, type Lease, type Locks, lead, type PermitOptions, TabLocks } from '@valvekit/tabs';
import { expectTypeOf, it } from 'vitest';

declare const locks: TabLocks;

it('is one of the scopes of locks', () => {
  expectTypeOf(locks).toExtend<Locks>();
  expectTypeOf(new TabLocks({ prefix: 'shop', unsafeNode: true })).toEqualTypeOf<TabLocks>();
  expectTypeOf(locks.mutex('a')).toEqualTypeOf<AsyncLockable>();
  expectTypeOf(locks.semaphore('a', 3)).toEqualTypeOf<AsyncLockable<Lease, PermitOptions>>();
  expectTypeOf(locks.readWriteLock('a').read).toEqualTypeOf<AsyncLockable>();
});

it('infers what a sandbox gives, and hands it the lease', () => {
  expectTypeOf(locks.mutex('a').sandbox(async () => 5)).toEqualTypeOf<Promise<number>>();
  void locks.mutex('a').sandbox((lease) => expectTypeOf(lease).toEqualTypeOf<Lease>());
  expectTypeOf(locks.mutex('a').tryAcquire({ signal: null })).toEqualTypeOf<Promise<Lease | undefined>>();
});

it('refuses what a lock does not have', () => {
  // @ts-expect-error: a mutex has no permits
  void locks.mutex('a').acquire({ permits: 2 });
  // @ts-expect-error: a semaphore has a capacity
  locks.semaphore('a');
  // @ts-expect-error: a lease is disposed of asynchronously
  const dispose = async () => (await locks.mutex('a').acquire())[Symbol.dispose];
  void dispose;
});

it('leads with a signal', () => {
  const over = lead('a', (signal) => expectTypeOf(signal).toEqualTypeOf<AbortSignal>(), { timeout: 5, signal: null });
  expectTypeOf(over).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error: there is no order among candidates
  void lead('a', () => {}, { priority: 1 });
});
