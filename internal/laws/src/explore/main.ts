// Explores deeper than the tests do, and prints how far it got. The first argument limits the runs of each program; those
// after it, if there are any, are the only primitives to explore: `explore 200000 several keyed`.
import * as library from 'valvekit';
import { explain, explainPromises } from './explain.ts';
import { injectFaults } from './faults.ts';
import { library as lite, liteFaults, litePrograms } from './lite.ts';
import { deepMapPrograms, mapPrograms } from './map/programs.ts';
import { explainMap, searchMap } from './map/search.ts';
import { programs } from './programs/all.ts';
import { deepPrograms } from './programs/deep.ts';
import { faultPrograms } from './programs/faults.ts';
import { promisePrograms } from './programs/promises.ts';
import { search, searchPromises } from './search.ts';

interface Looked<Difference> {
  readonly interleavings: number;
  readonly difference: Difference | undefined;
}

const [, , limit = '200000', ...only] = process.argv;
const most = Number(limit);
const totals = new Map<string, { interleavings: number; ms: number }>();
let failures = 0;

async function explore<Difference>(
  program: { primitive: string; name: string },
  look: () => Looked<Difference> | Promise<Looked<Difference>>,
  tell: (difference: Difference) => string | Promise<string>,
  subject: string = program.primitive,
): Promise<void> {
  if (isLeftOut(subject)) return;
  const start = performance.now();
  const { interleavings, difference } = await look();
  const ms = performance.now() - start;
  const total = totals.get(subject) ?? { interleavings: 0, ms: 0 };
  totals.set(subject, { interleavings: total.interleavings + interleavings, ms: total.ms + ms });
  const verdict = difference ? 'DIFFERS' : interleavings === most ? 'stopped there' : 'all';
  console.log(`${subject.padEnd(15)}${String(interleavings).padStart(8)}  ${verdict}: ${program.name}`);
  if (!difference) return;
  failures++;
  console.log(await tell(difference));
}

function isLeftOut(subject: string): boolean {
  return only.length > 0 && !only.includes(subject);
}

for (const program of [...Object.values(programs).flat(), ...deepPrograms]) {
  await explore(
    program,
    () => search(program, library, most),
    (difference) => explain(program, difference, library),
  );
}
for (const program of promisePrograms) {
  await explore(
    program,
    () => searchPromises(program, library, most),
    (difference) => explainPromises(program, difference),
  );
}
for (const program of litePrograms) {
  await explore(
    program,
    () => searchPromises(program, lite, most),
    (difference) => explainPromises(program, difference),
    `lite ${program.primitive}`,
  );
}
for (const program of [...mapPrograms, ...deepMapPrograms]) {
  await explore(
    program,
    () => searchMap(program, library, most),
    (difference) => explainMap(program, difference, library),
  );
}
for (const [faulty, from, subject] of [
  ...faultPrograms.map((each) => [each, library, each.program.primitive] as const),
  ...liteFaults.map((each) => [each, lite, `lite ${each.program.primitive}`] as const),
]) {
  if (isLeftOut(subject)) continue;
  const { runs, damage } = await injectFaults(faulty, from);
  failures += damage.length;
  console.log(`${subject.padEnd(15)}${String(runs).padStart(8)}  faults: ${faulty.program.name}`);
  for (const { at, fault, why } of damage) console.log(`  ${fault} at ${at}: ${why}`);
}
for (const [primitive, { interleavings, ms }] of totals) {
  console.log(`${primitive}: ${interleavings} interleavings in ${(ms / 1000).toFixed(1)} s`);
}
if (failures > 0) process.exit(1);
