import { afterAll, expect, test } from 'vitest';
import { keep } from '../src/contract/law.ts';
import { lawsOf } from '../src/contract/laws.ts';
import type { Mutant } from '../src/fake/mutant.ts';
import { leaseMutants } from '../src/fake/mutants/lease.ts';
import { lockMutants } from '../src/fake/mutants/lock.ts';
import { serverMutants } from '../src/fake/mutants/server.ts';
import { waitMutants } from '../src/fake/mutants/wait.ts';
import { rest } from '../src/rest.ts';

const mutants = [...serverMutants, ...waitMutants, ...leaseMutants, ...lockMutants];
const table: string[] = ['Mutant, how many laws it breaks, and one that must find it:'];

/** More rests than any law takes. */
async function patience(): Promise<void> {
  for (let i = 0; i < 2000; i++) await rest();
}

/** The laws that a mutant breaks, by name. */
async function brokenBy({ subject }: Mutant): Promise<string[]> {
  const broken: string[] = [];
  for (const law of lawsOf(subject).flatMap(([, laws]) => laws)) {
    await keep(law, subject, patience()).catch(() => broken.push(law.name));
  }
  return broken;
}

test.each(mutants)('the laws find a lock that $name', async (mutant) => {
  const broken = await brokenBy(mutant);
  table.push(`${mutant.name.padEnd(67)}${String(broken.length).padStart(4)}  ${mutant.shownBy}`);
  expect(broken).toContain(mutant.shownBy);
});

afterAll(() => console.log(table.join('\n')));
