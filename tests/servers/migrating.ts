// What the tests of the migrations have in common: clients and locks that end with the test, on a server of their own.
import { RedisLocks } from '@valvekit/redis';
import { Redis } from 'ioredis5';
import { afterAll, expect, onTestFinished } from 'vitest';
import { sleep, until } from './environment.ts';
import { operatorOf, startServer } from './redis-environment.ts';

export const server = await startServer();
export const operator = operatorOf(server.port);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

export function connect(port = server.port): Redis {
  const client = new Redis({ port, host: '127.0.0.1' }).on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

export function locksOf(client: Redis, lease = 60_000): RedisLocks {
  const locks = new RedisLocks(client, { lease });
  onTestFinished(() => locks.close({ timeout: 0 }));
  return locks;
}

/** How many commands the server has been sent, of those in the pattern. */
export async function commands(pattern: string): Promise<number> {
  const stats = await server.info('commandstats');
  const calls = stats.matchAll(new RegExp(`cmdstat_(?:${pattern}):calls=(\\d+)`, 'g'));
  return [...calls].reduce((sum, [, n]) => sum + Number(n), 0);
}

/** Waits for a mutex of ours for `time` milliseconds, and expects that nothing is sent meanwhile. */
export async function expectSilentWait(pattern: string, time: number): Promise<void> {
  const [mutex, other] = [locksOf(connect()).mutex('waited'), locksOf(connect()).mutex('waited')];
  const lease = await mutex.acquire();
  const after = other.acquire();
  await until(async () => (await mutex.state()).waiting === 1);
  const sent = await commands(pattern);
  await sleep(time);
  expect(await commands(pattern)).toBe(sent);
  await lease.release();
  await (await after).release();
}
