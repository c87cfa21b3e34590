// The very texts of the scripts, in a Lua of JavaScript: every interleaving of two clients, and a few of three.
import { explore } from '@valvekit-internal/servers/model/explore';
import { luaMutants, mutatedTexts } from '@valvekit-internal/servers/model/lua-mutants';
import { LuaServer } from '@valvekit-internal/servers/model/lua-server';
import { usual } from '@valvekit-internal/servers/model/machine';
import { programs } from '@valvekit-internal/servers/model/programs';
import { afterAll, describe, expect, it } from 'vitest';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { isLong } from './environment.ts';

const texts = { ask: scripts.ask.text, release: scripts.release.text, renew: scripts.renew.text };

// Each stops here on a slow machine; the counts say whether it did.
const MOST = Number(process.env.VALVEKIT_STATES ?? (isLong ? 400_000 : 12_000));

describe('every interleaving keeps the promises', () => {
  const counts: string[] = [];
  afterAll(() => console.log(`Interleavings explored:\n${counts.join('\n')}`));

  it.each(programs)('with %s', async (name, budget, other) => {
    const { states, runs, fault } = await explore(new LuaServer(texts), { ...usual, ...other }, budget, MOST);
    counts.push(`  ${name}: ${states} states, ${runs} runs${states >= MOST ? ' (cut)' : ''}`);
    expect(fault).toBeUndefined();
  });
});

describe('a fault is found:', () => {
  it.each(luaMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_, mutant) => {
    const faulty = mutatedTexts(texts, mutant);
    if (mutant.swap) expect(faulty).not.toEqual(texts);
    const { fault } = await explore(new LuaServer(faulty), { ...usual, ...mutant.protocol }, mutant.budget, 40_000);
    expect(fault).toBeDefined();
  });
});
