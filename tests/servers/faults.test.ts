// What happens when the server or a connection fails, with each client on each engine.
import { LeaseLostError } from '@valvekit/core';
import { StoreError } from '@valvekit/lease';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type AnyLocks, family } from './clients.ts';
import { type Combination, combinations, type Engine, engines, type Started } from './engines.ts';
import { type Cleanup, lossOf, sleep, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';

// Long enough that a slow machine loses no lease that it should keep.
const LEASE = 3000;

const ours = engines.filter(({ start }) => start !== undefined);
const servers = new Map<Engine, Started>();
await Promise.all(ours.map(async (engine) => servers.set(engine, await start(engine))));
afterAll(() => Promise.all(Array.from(servers.values(), (server) => server.stop())));

let names = 0;

function start(engine: Engine): Promise<Started> {
  return (engine.start as () => Promise<Started>)();
}

function serverOf({ engine }: Combination): Started {
  return servers.get(engine) as Started;
}

function locksOf(on: Combination, port = serverOf(on).port, cleanup: Cleanup = onTestFinished): Promise<AnyLocks> {
  return family(on.client, port, cleanup, { lease: LEASE, label: 'a label' });
}

// These only wait, so they wait at the same time.
describe.concurrent.each(combinations(ours))('$label: over time', (on) => {
  it('is renewed for as long as it is held', async ({ onTestFinished }) => {
    // All of them at once: a busy machine must not lose a lease that is renewed.
    const locks = await family(on.client, serverOf(on).port, onTestFinished, { lease: 6 * LEASE });
    const lease = await locks.mutex(`kept ${names++}`).acquire();
    await sleep(7 * LEASE);
    lease.check();
    expect(lease.remaining).toBeGreaterThan(0);
    await lease.release();
  });

  it('is told of its loss by its own clock when it is cut off', async ({ onTestFinished }) => {
    const proxy = await FaultyProxy.start(serverOf(on).port);
    onTestFinished(() => proxy.stop());
    const locks = await locksOf(on, proxy.port, onTestFinished);
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

describe.concurrent.each(combinations(ours))('$label: close()', (on) => {
  it('comes to an end when it is cut off', async ({ onTestFinished }) => {
    const proxy = await FaultyProxy.start(serverOf(on).port);
    onTestFinished(() => proxy.stop());
    const locks = await family(on.client, proxy.port, onTestFinished, { lease: 60_000 });
    const lease = await locks.mutex(`closed ${names++}`).acquire();
    proxy.silence();
    await locks.close({ timeout: 10 });
    expect(lease.signal.reason).toMatchObject({ why: 'closed' });
    proxy.heal();
  });
});

describe.each(combinations(ours))('$label: a fault', (on) => {
  it('gets its turn after its connections were broken while it waited', async () => {
    const [one, two] = [await locksOf(on), await locksOf(on)];
    const [mine, other] = [one.mutex(`broken ${names++}`), two.mutex(`broken ${names - 1}`)];
    const lease = await mine.acquire();
    const waiting = other.acquire();
    await until(async () => (await mine.state()).waiting === 1);
    await serverOf(on).disconnect();
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('keeps its place in the line when its connections break', async () => {
    const [one, two] = [await locksOf(on), await locksOf(on)];
    const [mine, other] = [one.mutex(`place ${names++}`), two.mutex(`place ${names - 1}`)];
    const lease = await mine.acquire();
    const proxy = await FaultyProxy.start(serverOf(on).port);
    onTestFinished(() => proxy.stop());
    const cut = (await locksOf(on, proxy.port)).mutex(`place ${names - 1}`);
    const first = cut.acquire();
    await until(async () => (await mine.state()).waiting === 1);
    const second = other.acquire();
    await until(async () => (await mine.state()).waiting === 2);
    const before = await serverOf(on).listeners();
    proxy.reset();
    // It listens again.
    await until(async () => (await serverOf(on).listeners()).some((each) => !before.includes(each)));
    await lease.release();
    const next = await first;
    await next.release();
    const last = await second;
    expect(last.token).toBeGreaterThan(next.token);
    await last.release();
  });

  it('shows who holds and who waits', async () => {
    const locks = await locksOf(on);
    const semaphore = locks.semaphore(`state ${names++}`, 3);
    const lease = await semaphore.acquire({ permits: 2 });
    const waiting = semaphore.acquire({ permits: 2 });
    await until(async () => (await semaphore.state()).waiting === 1);
    const { holders } = await semaphore.state();
    expect(holders).toMatchObject([{ label: 'a label', permits: 2, token: lease.token }]);
    await lease.release();
    await (await waiting).release();
  });

  it('turns a write hold into a read hold, and lets readers in', async () => {
    const [one, two] = [await locksOf(on), await locksOf(on)];
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

describe.each(ours)('a restart of $name', (engine) => {
  // Two clients of the engine take turns.
  const [first = '', second = ''] = engine.name === 'Redis' ? ['ioredis 6', 'redis 6'] : engine.clients;

  async function open(server: Started, client: string, lease = LEASE): Promise<AnyLocks> {
    return family(client, server.port, onTestFinished, { lease });
  }

  it('with its data loses nothing', async () => {
    const server = await start(engine);
    onTestFinished(() => server.stop());
    // However long the restart takes.
    const [one, two] = [await open(server, first, 600_000), await open(server, second, 600_000)];
    const lease = await one.mutex('restarted').acquire();
    const waiting = two.mutex('restarted').acquire();
    await until(async () => (await one.mutex('restarted').state()).waiting === 1);
    await server.end();
    await server.run();
    await lease.release();
    const next = await waiting;
    expect(next.token).toBeGreaterThan(lease.token);
    await next.release();
  });

  it('listens again after it', async () => {
    const server = await start(engine);
    onTestFinished(() => server.stop());
    for (const client of [first, second]) {
      const [one, two] = [await open(server, client), await open(server, client)];
      await two.mutex('heard').sandbox(() =>
        one
          .mutex('heard')
          .acquire({ timeout: 1 })
          .catch(() => {}),
      );
      await server.end();
      await server.run();
      // A hand-over in less than a repeated request takes is a message that was heard.
      await until(async () => {
        const lease = await one.mutex('heard').acquire();
        const waiting = two.mutex('heard').acquire();
        await until(async () => (await one.mutex('heard').state()).waiting === 1);
        const start = performance.now();
        await lease.release();
        await (await waiting).release();
        return performance.now() - start < LEASE / 6;
      });
    }
  });

  it('stopped for longer than a lease makes the holder abort, and serves again when it goes on', async () => {
    const server = await start(engine);
    onTestFinished(() => server.stop());
    const locks = await open(server, first);
    const lease = await locks.mutex('stopped').acquire();
    server.pause();
    onTestFinished(() => server.resume());
    await expect(locks.mutex('other').tryAcquire()).rejects.toBeInstanceOf(StoreError);
    expect(['silent', 'late']).toContain((await lossOf(lease.signal)).why);
    server.resume();
    await lease.release().catch(() => {});
    await locks.mutex('stopped').sandbox(() => {});
  });
});
