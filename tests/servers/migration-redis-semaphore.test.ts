// Checks the differences listed in docs/migration/redis-semaphore.md, on both libraries.
import { LeaseLostError, RedisLocks } from '@valvekit/redis';
import { Mutex, Semaphore } from 'redis-semaphore';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { lossOf, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { commands, connect, expectSilentWait, locksOf, operator, server } from './migrating.ts';

afterEach(() => vi.useRealTimers());

const SENT = 'evalsha|eval|set';
const settings = { lockTimeout: 60_000, acquireTimeout: 60_000 };

it('counts each call that uses one semaphore', async () => {
  const before = new Semaphore(connect() as never, 'shared', 2, settings);
  let inside = 0;
  await Promise.all(Array.from({ length: 5 }, () => before.acquire().then(() => inside++)));
  expect(inside).toBe(5);
  await before.release();

  const after = locksOf(connect()).semaphore('shared', 2);
  const leases = await Promise.all([after.acquire(), after.acquire()]);
  expect(await after.tryAcquire()).toBeUndefined();
  await Promise.all(leases.map((lease) => lease.release()));
});

it('does not poll', async () => {
  const [held, waiting] = [0, 1].map(() => new Mutex(connect() as never, 'polled', settings));
  await held?.acquire();
  const before = waiting?.acquire();
  const [first, start] = [await commands(SENT), performance.now()];
  await until(async () => (await commands(SENT)) >= first + 20);
  const time = performance.now() - start;
  await held?.release();
  await before;
  await waiting?.release();

  await expectSilentWait(SENT, time);
});

it('does not ask the clock of a client', async () => {
  const held = new Semaphore(connect() as never, 'clocks', 1, settings);
  await held.acquire();
  const lease = await locksOf(connect()).semaphore('clocks', 1).acquire();

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  const ahead = new Semaphore(connect() as never, 'clocks', 1, { ...settings, acquireAttemptsLimit: 1 });
  await ahead.acquire();
  expect(ahead.isAcquired).toBe(true);
  expect(await locksOf(connect()).semaphore('clocks', 1).tryAcquire()).toBeUndefined();
  vi.useRealTimers();
  await Promise.all([held.release(), ahead.release()]);
  // Our own clock has seen a minute pass, so that it no longer vouches for the lease.
  await lease.release().catch(() => {});
});

it('hears of a silent connection before anybody else enters', async () => {
  const proxy = await FaultyProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  const lost = vi.fn<() => void>();
  const quick = { lockTimeout: 1000, acquireTimeout: 60_000 };
  const held = new Mutex(connect(proxy.port) as never, 'silent', { ...quick, onLockLost: lost });
  await held.acquire();
  const lease = await locksOf(connect(proxy.port), 1000).mutex('silent').acquire();
  proxy.silence();
  const peer = new Mutex(connect() as never, 'silent', quick);
  const [next] = await Promise.all([locksOf(connect(), 1000).mutex('silent').acquire(), peer.acquire()]);
  expect(lost).not.toHaveBeenCalled();
  expect((await lossOf(lease.signal)).why).toMatch(/silent|late/);
  expect(() => lease.check()).toThrow(LeaseLostError);
  await peer.release();
  await next.release();
  proxy.heal();
  await until(() => lost.mock.calls.length > 0);
});

it('rejects the release of a lost lock', async () => {
  const lost = vi.fn<() => void>();
  const held = new Mutex(connect() as never, 'lost', { ...settings, onLockLost: lost });
  await held.acquire();
  await operator.del('mutex:lost');
  await held.release();

  const locks = new RedisLocks(connect(), { lease: 1000, maxHold: 1 });
  const lease = await locks.mutex('lost').acquire();
  await lossOf(lease.signal);
  await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
  await locks.close();
});

it('waits without a limit, unless told', async () => {
  const [held, waiting] = [0, 1].map(() => new Mutex(connect() as never, 'limited', { acquireTimeout: 50 }));
  await held?.acquire();
  await expect(waiting?.acquire()).rejects.toThrow(/timeout/i);
  await held?.release();

  const mutex = locksOf(connect()).mutex('limited');
  const lease = await mutex.acquire();
  await expect(mutex.acquire({ timeout: 50 })).rejects.toThrow(/timed out after 50 ms/);
  await expect(mutex.acquire({ signal: AbortSignal.abort('no more') })).rejects.toBe('no more');
  await lease.release();
});
