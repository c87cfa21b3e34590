// Checks the differences listed in docs/migration/redis-semaphore.md, on both libraries.
import { LeaseLostError, RedisLocks } from '@valvekit/redis';
import { Redis } from 'ioredis5';
import { Mutex, Semaphore } from 'redis-semaphore';
import { afterAll, afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { lossOf, operatorOf, sleep, startServer, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const server = await startServer();
const operator = operatorOf(server.port);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});
afterEach(() => vi.useRealTimers());

function connect(port = server.port): Redis {
  const client = new Redis({ port, host: '127.0.0.1' }).on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

function locksOf(client: Redis, lease = 60_000): RedisLocks {
  const locks = new RedisLocks(client, { lease });
  onTestFinished(() => locks.close({ timeout: 0 }));
  return locks;
}

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
  const sent = async (): Promise<number> => {
    const stats = await server.info('commandstats');
    return [...stats.matchAll(/cmdstat_(?:evalsha|eval|set):calls=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  };
  const [held, waiting] = [0, 1].map(() => new Mutex(connect() as never, 'polled', settings));
  await held?.acquire();
  const before = waiting?.acquire();
  const [first, start] = [await sent(), performance.now()];
  await until(async () => (await sent()) >= first + 20);
  const time = performance.now() - start;
  await held?.release();
  await before;
  await waiting?.release();

  const [mutex, other] = [locksOf(connect()).mutex('waited'), locksOf(connect()).mutex('waited')];
  const lease = await mutex.acquire();
  const after = other.acquire();
  await until(async () => (await mutex.state()).waiting === 1);
  const now = await sent();
  await sleep(time);
  expect(await sent()).toBe(now);
  await lease.release();
  await (await after).release();
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
