// What only Redis can do to its locks: forget the scripts, lose its memory, have a key of another type.
import { type RedisLocks, StoreError } from '@valvekit/redis';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { lossOf, prefix } from './environment.ts';
import { redisClients } from './redis-clients.ts';
import { family, operatorOf, startServer } from './redis-environment.ts';

// Long enough that a slow machine loses no lease that it should keep.
const LEASE = 3000;
const server = await startServer();
const operator = operatorOf(server.port);
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

let names = 0;

function locksOf(name: string, port = server.port): Promise<RedisLocks> {
  return family(redisClients[name] as (typeof redisClients)[string], port, onTestFinished, { lease: LEASE });
}

describe.each(Object.keys(redisClients))('%s: a fault', (name) => {
  it('acquires after the server has forgotten the scripts', async () => {
    const mutex = (await locksOf(name)).mutex(`flushed ${names++}`);
    await mutex.sandbox(() => {});
    await operator.script('FLUSH');
    const first = await mutex.acquire();
    const waiting = mutex.acquire();
    await operator.script('FLUSH');
    await first.release();
    await (await waiting).release();
  });

  it('refuses a key of another type with a StoreError, without the command', async () => {
    const mutex = (await locksOf(name)).mutex(`wrong-${names++}`);
    await operator.set(`${prefix}:{m:wrong-${names - 1}}:s`, 'text');
    const error = await mutex.acquire().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).cause).toMatchObject({ message: expect.stringContaining('WRONGTYPE') });
    expect(Object.keys((error as { cause: object }).cause)).toEqual([]);
    await expect(mutex.state()).rejects.toBeInstanceOf(StoreError);
  });
});

it('restarted with empty memory reports the loss at the next renewal, and tokens grow', async () => {
  const empty = await startServer();
  onTestFinished(() => empty.stop());
  const [one, two] = [await locksOf('ioredis 6', empty.port), await locksOf('redis 6', empty.port)];
  const lease = await one.mutex('emptied').acquire();
  await empty.end('SIGKILL');
  await empty.run();
  const next = await two.mutex('emptied').acquire();
  expect(next.token).toBeGreaterThan(lease.token);
  expect(['taken', 'silent', 'late']).toContain((await lossOf(lease.signal)).why);
  await next.release();
});
