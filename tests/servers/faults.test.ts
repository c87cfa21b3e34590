// What happens when the server or a connection fails, with each client.
import { LeaseLostError, RedisLocks, StoreError } from '@valvekit/redis';
import { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clients, type Opened } from './clients.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const LEASE = 1000;
let server: RedisServer;
let operator: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  operator = new Redis({ port: server.port, host: '127.0.0.1' }).on('error', () => {});
});
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

let names = 0;

async function family(open: (port: number) => Promise<Opened>, port = server.port): Promise<RedisLocks> {
  const { client, close } = await open(port);
  const locks = new RedisLocks(client, { prefix: 'faults', lease: LEASE, label: 'a label' });
  onTestFinished(async () => {
    await locks.close({ timeout: 0 });
    close();
  });
  return locks;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function aborted(signal: AbortSignal): Promise<LeaseLostError> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
}

describe.each(Object.entries(clients))('%s', (_, open) => {
  it('is renewed for as long as it is held', async () => {
    const locks = await family(open);
    const lease = await locks.mutex(`kept ${names++}`).acquire();
    await sleep(2.5 * LEASE);
    lease.check();
    expect(lease.remaining).toBeGreaterThan(0);
    await lease.release();
  });

  it('acquires after the server has forgotten the scripts', async () => {
    const locks = await family(open);
    const mutex = locks.mutex(`flushed ${names++}`);
    await mutex.sandbox(() => {});
    await operator.script('FLUSH');
    const first = await mutex.acquire();
    const waiting = mutex.acquire();
    await operator.script('FLUSH');
    await first.release();
    await (await waiting).release();
  });

  it('gets its turn after its connections were killed while it waited', async () => {
    const [one, two] = [await family(open), await family(open)];
    const name = `killed ${names++}`;
    const lease = await one.mutex(name).acquire();
    const waiting = two.mutex(name).acquire();
    await sleep(50);
    await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sleep(300);
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('is told of its loss by its own clock when it is cut off', async () => {
    const proxy = await FaultyProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const locks = await family(open, proxy.port);
    const lease = await locks.mutex(`cut ${names++}`).acquire();
    const told = aborted(lease.signal);
    proxy.silence();
    expect((await told).why).toBe('silent');
    expect(() => lease.check()).toThrow(LeaseLostError);
    expect(lease.remaining).toBe(0);
    proxy.heal();
    await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('shows who holds and who waits', async () => {
    const locks = await family(open);
    const semaphore = locks.semaphore(`state ${names++}`, 3);
    const lease = await semaphore.acquire({ permits: 2 });
    const waiting = semaphore.acquire({ permits: 2 });
    await sleep(50);
    const { holders, waiting: count } = await semaphore.state();
    expect(holders).toMatchObject([{ label: 'a label', permits: 2, token: lease.token }]);
    expect(count).toBe(1);
    await lease.release();
    await (await waiting).release();
  });

  it('refuses a key of another type with a StoreError, without the command', async () => {
    const locks = await family(open);
    const name = `wrong-${names++}`;
    await operator.set(`faults:{m:${name}}:s`, 'text');
    const error = await locks
      .mutex(name)
      .acquire()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).cause).toMatchObject({ message: expect.stringContaining('WRONGTYPE') });
    expect(Object.keys((error as { cause: object }).cause)).toEqual([]);
    await expect(locks.mutex(name).state()).rejects.toBeInstanceOf(StoreError);
  });

  it('turns a write hold into a read hold, and lets readers in', async () => {
    const [one, two] = [await family(open), await family(open)];
    const name = `downgraded ${names++}`;
    const writing = await one.readWriteLock(name).write.acquire();
    const reader = two.readWriteLock(name).read.acquire();
    await sleep(50);
    const reading = await writing.downgrade();
    expect([writing.released, reading.token]).toEqual([true, writing.token]);
    await (await reader).release();
    await reading.release();
    await two.readWriteLock(name).write.sandbox(() => {});
  });
});

describe('a restart of the server', () => {
  it('with its data loses nothing', async () => {
    const durable = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    onTestFinished(() => durable.stop());
    const [one, two] = [await family(openOf('ioredis 6'), durable.port), await family(openOf('redis 6'), durable.port)];
    const lease = await one.mutex('restarted').acquire();
    const waiting = two.mutex('restarted').acquire();
    await sleep(100);
    await durable.end('SIGKILL');
    await durable.run();
    await sleep(400);
    lease.check();
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('with empty memory reports the loss at the next renewal, and tokens grow', async () => {
    const empty = await RedisServer.start();
    onTestFinished(() => empty.stop());
    const [one, two] = [await family(openOf('ioredis 6'), empty.port), await family(openOf('redis 6'), empty.port)];
    const lease = await one.mutex('emptied').acquire();
    const told = aborted(lease.signal);
    await empty.end('SIGKILL');
    await empty.run();
    const next = await two.mutex('emptied').acquire();
    expect(next.token).toBeGreaterThan(lease.token);
    expect(['taken', 'silent']).toContain((await told).why);
    await next.release();
  });

  it('stopped for longer than a lease makes the holder abort, and serves again when it goes on', async () => {
    const stopped = await RedisServer.start();
    onTestFinished(() => stopped.stop());
    const locks = await family(openOf('ioredis 6'), stopped.port);
    const lease = await locks.mutex('stopped').acquire();
    const told = aborted(lease.signal);
    stopped.signal('SIGSTOP');
    expect((await told).why).toBe('silent');
    await expect(locks.mutex('other').tryAcquire()).rejects.toBeInstanceOf(StoreError);
    stopped.signal('SIGCONT');
    await lease.release().catch(() => {});
    await locks.mutex('stopped').sandbox(() => {});
  });
});

function openOf(name: string): (port: number) => Promise<Opened> {
  return clients[name] as (port: number) => Promise<Opened>;
}

it('refuses keys of a newer protocol', async () => {
  const locks = await family(openOf('ioredis 6'));
  await operator.hset('faults:{m:newer}:s', 'v', '2');
  const error = await locks
    .mutex('newer')
    .acquire()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreError);
  expect((error as Error).message).toMatch(/protocol 2/);
});

describe('a waiter', () => {
  it('that is dead is skipped at once', async () => {
    const [one, three] = [await family(openOf('ioredis 6')), await family(openOf('ioredis 6'))];
    const { client, close } = await openOf('ioredis 6')(server.port);
    const two = new RedisLocks(client, { prefix: 'faults', lease: 60_000 });
    const lease = await one.mutex('skipped').acquire();
    two
      .mutex('skipped')
      .acquire()
      .catch(() => {});
    await sleep(100);
    const waiting = three.mutex('skipped').acquire();
    await sleep(100);
    close();
    await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await sleep(30);
    await two.close({ timeout: 0 });
    await sleep(200);
    const start = performance.now();
    await lease.release();
    await (await waiting).release();
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
