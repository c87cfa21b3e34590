// The very functions of install(), in a PostgreSQL of WebAssembly: every interleaving of two clients, and a few of three.
import { explore } from '@valvekit-internal/servers/model/explore';
import { usual } from '@valvekit-internal/servers/model/machine';
import { type Program, programs } from '@valvekit-internal/servers/model/programs';
import { sqlMutants } from '@valvekit-internal/servers/model/sql-mutants';
import { SqlServer } from '@valvekit-internal/servers/model/sql-server';
import { afterAll, describe, expect, it } from 'vitest';
import { installation } from '../../packages/postgres/src/sql/install.ts';
import { isLong } from './environment.ts';

const text = installation('valvekit');
const server = await SqlServer.start(text);
afterAll(() => server.close());

const fenced: Program[] = [
  ['a fenced transaction', { ticks: 4, fences: 1 }],
  ['a fenced transaction and a crash', { ticks: 2, fences: 1, crashes: 1 }],
  ['a fenced transaction and a renewal', { ticks: 2, fences: 1, renewals: 1 }],
  ['a fenced transaction and a downgrade', { ticks: 1, fences: 1, downgrades: 1 }, { capacity: 3, permits: [3, 1] }],
];

// Each stops here on a slow machine; the counts say whether it did.
const MOST = Number(process.env.VALVEKIT_STATES ?? (isLong ? 400_000 : 5000));

describe('every interleaving keeps the promises', () => {
  const counts: string[] = [];
  afterAll(() => console.log(`Interleavings of PostgreSQL explored:\n${counts.join('\n')}`));

  it.each([...programs, ...fenced])('with %s', async (name, budget, other) => {
    const { states, runs, fault } = await explore(server, { ...usual, ...other }, budget, MOST);
    counts.push(`  ${name}: ${states} states, ${runs} runs${states >= MOST ? ' (cut)' : ''}`);
    expect(fault).toBeUndefined();
  });
});

describe('a fault is found:', () => {
  it.each(sqlMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_, { swap, protocol, budget }) => {
    const faulty = swap ? server.played(text).replaceAll(swap[0], () => swap[1]) : server.played(text);
    if (swap) expect(faulty).not.toBe(server.played(text));
    await server.install(faulty);
    const { fault } = await explore(server, { ...usual, ...protocol }, budget, 40_000);
    expect(fault).toBeDefined();
  });
});
