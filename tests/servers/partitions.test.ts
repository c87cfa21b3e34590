// In every partition the holder hears of its loss before the next one enters.
import { type FencedLease, type LeaseLostError, RedisLocks } from '@valvekit/redis';
import { afterAll, expect, it } from 'vitest';
import { clients } from './clients.ts';
import { anyServer, isLong, prefix, sleep, user } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const LEASE = 1000;
const PARTITIONS = isLong ? 1000 : 100;
const AT_ONCE = 25;

const server = await anyServer();
afterAll(() => server.stop());

/**
 * Says whether this process was paused for so long that no timer of its could have told the holder in time. What is
 * promised is promised to a holder whose event loop runs.
 */
class Pulse {
  #last = performance.now();
  #longest = 0;
  readonly #timer = setInterval(() => this.#beat(), 10);

  /** Milliseconds of the longest pause since the beginning. */
  get longest(): number {
    this.#beat();
    return this.#longest;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }
}

interface Figures {
  /** When the holder was told, and when the next one entered, in leases since the fault. */
  readonly told: number;
  readonly entered: number;
  readonly why: string;
}

const kinds = ['silence', 'silence of one direction', 'silence of the other', 'resets', 'delay'] as const;
const names = Object.keys(clients);

/** Cuts a holder off, in one of many ways, and lets another one wait. Undefined if the process was paused meanwhile. */
async function partition(seed: number): Promise<Figures | undefined> {
  const random = randomOf(seed);
  const proxy = await FaultyProxy.start(server.port);
  const [near, far] = await Promise.all([seed, seed + 1].map((at, i) => open(at, i === 0 ? proxy.port : server.port)));
  const { client: here, close: closeNear } = near as Awaited<ReturnType<typeof open>>;
  const { client: there, close: closeFar } = far as Awaited<ReturnType<typeof open>>;
  const cut = new RedisLocks(here, { prefix, lease: LEASE, passes: seed % 2 === 0 ? 16 : 0 });
  const other = new RedisLocks(there, { prefix, lease: LEASE });
  const name = `partition ${seed} ${Math.random()}`;
  const pulse = new Pulse();
  const lease = await cut.mutex(name).acquire();
  let told = 0;
  lease.signal.addEventListener('abort', () => (told = performance.now()));
  const waiting = other.mutex(name).acquire();
  await sleep(random() * 1.5 * LEASE);
  const start = performance.now();
  switch (kinds[seed % kinds.length]) {
    case 'silence':
      proxy.silence();
      break;
    case 'silence of one direction':
      proxy.up.silent = true;
      break;
    case 'silence of the other':
      proxy.down.silent = true;
      break;
    case 'resets':
      proxy.refuses = true;
      proxy.reset();
      break;
    default:
      proxy.up.delay = (0.5 + random()) * 2 * LEASE;
      proxy.down.delay = (0.5 + random()) * 2 * LEASE;
  }
  const next: FencedLease = await waiting;
  const entered = performance.now();
  const wasPaused = pulse.longest > LEASE / 4;
  pulse.stop();
  expect(next.token).toBeGreaterThan(lease.token);
  // Whatever the event loop does, the clock tells.
  expect(() => lease.check()).toThrow();
  if (!wasPaused) expect(told, `partition ${seed}: told before the next one entered`).toBeGreaterThan(0);
  const { why } = lease.signal.reason as LeaseLostError;
  await next.release();
  proxy.heal();
  await expect(lease.release()).rejects.toBe(lease.signal.reason);
  await Promise.all([cut.close({ timeout: 100 }), other.close()]);
  closeNear();
  closeFar();
  await proxy.stop();
  return wasPaused ? undefined : { told: (told - start) / LEASE, entered: (entered - start) / LEASE, why };
}

function open(seed: number, port: number) {
  return (clients[names[seed % names.length] ?? ''] as (typeof clients)[string])(port, user);
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
  let paused = 0;
  for (let seed = 0; figures.length < PARTITIONS; seed += AT_ONCE) {
    const length = Math.min(AT_ONCE, PARTITIONS - figures.length);
    for (const each of await Promise.all(Array.from({ length }, (_, i) => partition(seed + i)))) {
      if (each) figures.push(each);
      else paused++;
    }
    // A machine that cannot run this says so, instead of running forever.
    expect(paused).toBeLessThan(5 * PARTITIONS);
  }
  const spread = (of: (figures: Figures) => number): string => {
    const sorted = figures.map((each) => 100 * of(each)).sort((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
    return `${at(0)} to ${at(1)} % (median ${at(0.5)})`;
  };
  console.log(
    [
      `${PARTITIONS} partitions, in per cent of a lease of ${LEASE} ms after the fault:`,
      `  the holder was told at ${spread(({ told }) => told)}`,
      `  the next one entered at ${spread(({ entered }) => entered)}`,
      `  in between ${spread(({ told, entered }) => entered - told)}`,
      `  repeated because this process was paused: ${paused}`,
    ].join('\n'),
  );
}, 600_000);
