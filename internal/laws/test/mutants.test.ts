import { afterAll, expect, test } from 'vitest';
import { keep } from '../src/contract/law.ts';
import { lawsOf } from '../src/contract/laws.ts';
import type { ContractSubject } from '../src/contract/subject.ts';
import type { Mutant } from '../src/fake/mutant.ts';
import { leaseMutants } from '../src/fake/mutants/lease.ts';
import { lockMutants } from '../src/fake/mutants/lock.ts';
import { sandboxMutants } from '../src/fake/mutants/sandbox.ts';
import { serverMutants } from '../src/fake/mutants/server.ts';
import { waitMutants } from '../src/fake/mutants/wait.ts';
import { fakeMutex, fakeReadSide, fakeSemaphore } from '../src/fake/subjects.ts';
import { rest } from '../src/rest.ts';

const mutants = [...serverMutants, ...waitMutants, ...leaseMutants, ...sandboxMutants, ...lockMutants];
const broken = new Map<Mutant, Promise<Set<string>>>();
const table: string[] = ['Mutant, how many laws it breaks, and one that must find it:'];

/** More rests than any law takes. */
async function patience(): Promise<void> {
  for (let i = 0; i < 2000; i++) await rest();
}

function namesOf(subject: ContractSubject): string[] {
  return lawsOf(subject).flatMap(([, laws]) => laws.map((law) => law.name));
}

/** The names of the laws that a mutant breaks. */
function brokenBy(mutant: Mutant): Promise<Set<string>> {
  const known = broken.get(mutant) ?? judge(mutant);
  broken.set(mutant, known);
  return known;
}

async function judge({ subject }: Mutant): Promise<Set<string>> {
  const names = new Set<string>();
  for (const law of lawsOf(subject).flatMap(([, laws]) => laws)) {
    await keep(law, subject, patience()).catch(() => names.add(law.name));
  }
  return names;
}

test.each(mutants)('the laws find a lock that $name', async (mutant) => {
  const names = await brokenBy(mutant);
  table.push(`${mutant.name.padEnd(67)}${String(names.size).padStart(4)}  ${mutant.shownBy}`);
  expect([...names]).toContain(mutant.shownBy);
});

test('every law finds at least one of them', async () => {
  const idle = new Set([fakeMutex(), fakeSemaphore(), fakeReadSide()].flatMap(namesOf));
  for (const mutant of mutants) for (const name of await brokenBy(mutant)) idle.delete(name);
  expect([...idle]).toEqual([]);
}, 60_000);

afterAll(() => console.log(table.join('\n')));
