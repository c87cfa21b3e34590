// In every partition the holder hears of its loss before the next one enters.
import type { LeaseLostError } from '@valvekit/core';
import type { FencedLease } from '@valvekit/lease';
import { expect, it, onTestFinished } from 'vitest';
import { type Opened, open } from './clients.ts';
import { newest } from './engines.ts';
import { isLong, sleep } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const LEASE = 1000;
const PARTITIONS = isLong ? 1000 : 100;
const AT_ONCE = 25;

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
/** Cuts a holder off, in one of many ways, and lets another one wait. Undefined if the process was paused meanwhile. */
async function partition(seed: number, port: number, names: readonly string[]): Promise<Figures | undefined> {
  const random = randomOf(seed);
  const proxy = await FaultyProxy.start(port);
  const client = (at: number): string => names[at % names.length] ?? '';
  const [near, far] = (await Promise.all([open(client(seed), proxy.port), open(client(seed + 1), port)])) as [
    Opened,
    Opened,
  ];
  const cut = near.locks({ lease: LEASE, passes: seed % 2 === 0 ? 16 : 0 });
  const other = far.locks({ lease: LEASE });
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
  // On a machine that stands still it may have been lost, too.
  await next.release().catch(() => {});
  proxy.heal();
  await expect(lease.release()).rejects.toBe(lease.signal.reason);
  await Promise.all([cut.close({ timeout: 100 }), other.close()]);
  await Promise.all([near.close(), far.close()]);
  await proxy.stop();
  return wasPaused ? undefined : { told: (told - start) / LEASE, entered: (entered - start) / LEASE, why };
}

function randomOf(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each(newest)(
  `$name: tells the holder before the next one enters, in ${PARTITIONS} partitions`,
  async ({ name, clients, reach }) => {
    const server = await reach();
    onTestFinished(() => server.stop());
    const figures: Figures[] = [];
    let paused = 0;
    for (let seed = 0; figures.length < PARTITIONS; seed += AT_ONCE) {
      const length = Math.min(AT_ONCE, PARTITIONS - figures.length);
      for (const each of await Promise.all(
        Array.from({ length }, (_, i) => partition(seed + i, server.port, clients)),
      )) {
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
        `${name}: ${PARTITIONS} partitions, in per cent of a lease of ${LEASE} ms after the fault:`,
        `  the holder was told at ${spread(({ told }) => told)}`,
        `  the next one entered at ${spread(({ entered }) => entered)}`,
        `  in between ${spread(({ told, entered }) => entered - told)}`,
        `  repeated because this process was paused: ${paused}`,
      ].join('\n'),
    );
  },
  600_000,
);
