// The very texts of the scripts, in a Lua of JavaScript: every interleaving of two clients, and a few of three.
import { explore } from '@valvekit-internal/servers/model/explore';
import type { Protocol } from '@valvekit-internal/servers/model/machine';
import { mutants, mutated } from '@valvekit-internal/servers/model/mutants';
import type { Budget } from '@valvekit-internal/servers/model/state';
import { afterAll, describe, expect, it } from 'vitest';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { isLong } from './environment.ts';

const protocol: Protocol = {
  ask: scripts.ask.text,
  release: scripts.release.text,
  renew: scripts.renew.text,
  checksDeadline: true,
  capacity: 1,
  permits: [1, 1],
  isCluster: false,
};

const programs: readonly [name: string, budget: Partial<Budget>, other?: Partial<Protocol>][] = [
  ['time', { ticks: 2 }],
  ['a lost message and a repeat', { ticks: 1, losses: 1, repeats: 1 }],
  ['a command that arrives twice', { ticks: 1, duplicates: 1 }],
  ['a crash', { ticks: 1, crashes: 1, repeats: 1 }],
  ['a wait that is given up', { ticks: 1, leaves: 1 }],
  ['a renewal', { ticks: 1, renewals: 1 }],
  ['a restart with empty memory', { calls: 2, restarts: 1 }],
  ['two calls each', { calls: 2 }],
  ['permits of different sizes', { ticks: 1, leaves: 1 }, { capacity: 3, permits: [3, 1] }],
  ['a cluster, which counts no listeners', { ticks: 1, repeats: 1 }, { isCluster: true }],
  ['three clients', {}, { permits: [1, 1, 1] }],
  ['three clients, and a crash', { crashes: 1 }, { permits: [1, 1, 1] }],
  ['three clients, and a wait that is given up', { leaves: 1 }, { permits: [1, 1, 1] }],
  ['three clients and time', { ticks: 1 }, { permits: [1, 1, 1] }],
];

// Each stops here on a slow machine; the counts say whether it did.
const MOST = Number(process.env.VALVEKIT_STATES ?? (isLong ? 400_000 : 12_000));

describe('every interleaving keeps the promises', () => {
  const counts: string[] = [];
  afterAll(() => console.log(`Interleavings explored:\n${counts.join('\n')}`));

  it.each(programs)('with %s', (name, budget, other) => {
    const { states, runs, fault } = explore({ ...protocol, ...other }, budget, MOST);
    counts.push(`  ${name}: ${states} states, ${runs} runs${states >= MOST ? ' (cut)' : ''}`);
    expect(fault).toBeUndefined();
  });
});

describe('a fault is found:', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', (_, mutant) => {
    const faulty = mutated(protocol, mutant);
    if (mutant.swap) {
      expect([faulty.ask, faulty.release, faulty.renew]).not.toEqual([protocol.ask, protocol.release, protocol.renew]);
    }
    const { fault } = explore(faulty, mutant.budget, 40_000);
    expect(fault).toBeDefined();
  });
});
