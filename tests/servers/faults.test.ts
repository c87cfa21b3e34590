// What happens when the server or a connection fails, with each client.
import { LeaseLostError, type RedisLocks, StoreError } from '@valvekit/redis';
import type { RedisServer } from '@valvekit-internal/servers/redis-server';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clients } from './clients.ts';
import { type Cleanup, family, lossOf, operatorOf, prefix, sleep, startServer, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';

// Long enough that a slow machine loses no lease that it should keep.
const LEASE = 3000;
let server: RedisServer;
let operator: Redis;

beforeAll(async () => {
  server = await startServer();
  operator = operatorOf(server.port);
});
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

let names = 0;

function locksOf(name: string, port = server.port, cleanup: Cleanup = onTestFinished): Promise<RedisLocks> {
  const open = clients[name] as (typeof clients)[string];
  return family(open, port, cleanup, { lease: LEASE, label: 'a label' });
}

// These only wait, so they wait at the same time.
describe.concurrent.each(Object.keys(clients))('%s: over time', (name) => {
  it('is renewed for as long as it is held', async ({ onTestFinished }) => {
    const locks = await locksOf(name, server.port, onTestFinished);
    const lease = await locks.mutex(`kept ${names++}`).acquire();
    await sleep(2.5 * LEASE);
    lease.check();
    expect(lease.remaining).toBeGreaterThan(0);
    await lease.release();
  });

  it('is told of its loss by its own clock when it is cut off', async ({ onTestFinished }) => {
    const proxy = await FaultyProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const locks = await locksOf(name, proxy.port, onTestFinished);
    const lease = await locks.mutex(`cut ${names++}`).acquire();
    proxy.silence();
    const { why } = await lossOf(lease.signal);
    // "late" if this process was paused in the meantime.
    expect(['silent', 'late']).toContain(why);
    expect(() => lease.check()).toThrow(LeaseLostError);
    expect(lease.remaining).toBe(0);
    proxy.heal();
    await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
  });
});

describe.each(Object.keys(clients))('%s: a fault', (name) => {
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

  it('gets its turn after its connections were killed while it waited', async () => {
    const [one, two] = [await locksOf(name), await locksOf(name)];
    const [mine, other] = [one.mutex(`killed ${names++}`), two.mutex(`killed ${names - 1}`)];
    const lease = await mine.acquire();
    const waiting = other.acquire();
    await until(async () => (await mine.state()).waiting === 1);
    await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('shows who holds and who waits', async () => {
    const locks = await locksOf(name);
    const semaphore = locks.semaphore(`state ${names++}`, 3);
    const lease = await semaphore.acquire({ permits: 2 });
    const waiting = semaphore.acquire({ permits: 2 });
    await until(async () => (await semaphore.state()).waiting === 1);
    const { holders } = await semaphore.state();
    expect(holders).toMatchObject([{ label: 'a label', permits: 2, token: lease.token }]);
    await lease.release();
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

  it('turns a write hold into a read hold, and lets readers in', async () => {
    const [one, two] = [await locksOf(name), await locksOf(name)];
    const [mine, other] = [one.readWriteLock(`downgraded ${names++}`), two.readWriteLock(`downgraded ${names - 1}`)];
    const writing = await mine.write.acquire();
    const reader = other.read.acquire();
    await until(async () => (await mine.read.state()).waiting === 1);
    const reading = await writing.downgrade();
    expect([writing.released, reading.token]).toEqual([true, writing.token]);
    await (await reader).release();
    await reading.release();
    await other.write.sandbox(() => {});
  });
});

describe('a restart of the server', () => {
  it('with its data loses nothing', async () => {
    const durable = await startServer(['--appendonly', 'yes', '--appendfsync', 'always']);
    onTestFinished(() => durable.stop());
    const [one, two] = [await locksOf('ioredis 6', durable.port), await locksOf('redis 6', durable.port)];
    const lease = await one.mutex('restarted').acquire();
    const waiting = two.mutex('restarted').acquire();
    await until(async () => (await one.mutex('restarted').state()).waiting === 1);
    await durable.end('SIGKILL');
    await durable.run();
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('with empty memory reports the loss at the next renewal, and tokens grow', async () => {
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

  it('stopped for longer than a lease makes the holder abort, and serves again when it goes on', async () => {
    const stopped = await startServer();
    onTestFinished(() => stopped.stop());
    const locks = await locksOf('ioredis 6', stopped.port);
    const lease = await locks.mutex('stopped').acquire();
    stopped.signal('SIGSTOP');
    await expect(locks.mutex('other').tryAcquire()).rejects.toBeInstanceOf(StoreError);
    expect(['silent', 'late']).toContain((await lossOf(lease.signal)).why);
    stopped.signal('SIGCONT');
    await lease.release().catch(() => {});
    await locks.mutex('stopped').sandbox(() => {});
  });
});
