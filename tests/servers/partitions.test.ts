// In every partition the holder hears of its loss before the next one enters.
import { type FencedLease, type LeaseLostError, RedisLocks } from '@valvekit/redis';
import { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, expect, it } from 'vitest';
import { FaultyProxy } from './faulty-proxy.ts';

const LEASE = 1000;
const PARTITIONS = 100;
const AT_ONCE = 20;

const server = await RedisServer.start();
afterAll(() => server.stop());

interface Figures {
  /** When the holder was told, and when the next one entered, in shares of a lease since the last renewal possible. */
  readonly told: number;
  readonly entered: number;
  readonly why: string;
}

/** Cuts a holder off, in one of many ways, and lets another one wait. */
async function partition(seed: number): Promise<Figures> {
  const random = randomOf(seed);
  const proxy = await FaultyProxy.start(server.port);
  const [near, far] = [await clientOn(proxy.port, seed), await clientOn(server.port, seed + 1)];
  const cut = new RedisLocks(near.client, { prefix: 'cut', lease: LEASE, passes: seed % 2 === 0 ? 16 : 0 });
  const other = new RedisLocks(far.client, { prefix: 'cut', lease: LEASE });
  const name = `partition ${seed}`;
  const lease = await cut.mutex(name).acquire();
  let told = 0;
  lease.signal.addEventListener('abort', () => (told = performance.now()));
  const waiting = other.mutex(name).acquire();
  await sleep(random() * 1.5 * LEASE);
  const start = performance.now();
  const kinds = [
    () => proxy.silence(),
    () => Object.assign(proxy.up, { silent: true }),
    () => Object.assign(proxy.down, { silent: true }),
    () => Object.assign(proxy, { refuses: true }) && proxy.reset(),
    () => {
      proxy.up.delay = (0.5 + random()) * 2 * LEASE;
      proxy.down.delay = (0.5 + random()) * 2 * LEASE;
    },
  ];
  kinds[seed % kinds.length]?.();
  const next: FencedLease = await waiting;
  const entered = performance.now();
  expect(next.token).toBeGreaterThan(lease.token);
  expect(told, `partition ${seed}: told before the next one entered`).toBeGreaterThan(0);
  const why = (lease.signal.reason as LeaseLostError).why;
  await next.release();
  proxy.heal();
  await expect(lease.release()).rejects.toBe(lease.signal.reason);
  await Promise.all([cut.close({ timeout: 100 }), other.close()]);
  near.close();
  far.close();
  await proxy.stop();
  return { told: (told - start) / LEASE, entered: (entered - start) / LEASE, why };
}

async function clientOn(port: number, seed: number) {
  if (seed % 3 === 0) {
    const client = createClient({ socket: { port, host: '127.0.0.1' } }).on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  }
  const client = new Redis({ port, host: '127.0.0.1' }).on('error', () => {});
  return { client, close: () => client.disconnect() };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function randomOf(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it(`tells the holder before the next one enters, in ${PARTITIONS} partitions`, async () => {
  const figures: Figures[] = [];
  for (let seed = 0; seed < PARTITIONS; seed += AT_ONCE) {
    figures.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => partition(seed + i)))));
  }
  const margins = figures.map(({ told, entered }) => entered - told).sort((a, b) => a - b);
  const at = (share: number): string => (100 * (margins[Math.floor(share * (margins.length - 1))] ?? 0)).toFixed(0);
  const reasons = [...new Set(figures.map(({ why }) => why))].join(', ');
  console.log(
    `${PARTITIONS} partitions: told ${at(0)} to ${at(1)} % of a lease before the next one entered (median ${at(0.5)}); ${reasons}`,
  );
}, 180_000);
