// node internal/bench/src/readme.ts [--check] [file]: writes the measured sections of a README from the committed results.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programOfBuiltPackages } from './build.ts';
import { everybody } from './contestants.ts';
import { filled } from './readme-sections.ts';
import type { Results } from './results.ts';
import { sizeLines } from './sizes.ts';
import { oursIn } from './standing.ts';

// Smaller differences change the README by at most one in the last digit.
const TOLERANCE = 0.02;

const here = import.meta.dirname;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false } },
});
const file = positionals[0] ?? join(here, '../../../README.md');

const results = newestNode(join(here, '../results'));
const before = readFileSync(file, 'utf8');
const after = filled(before, results);
if (!options.check) {
  writeFileSync(file, after);
} else {
  if (after !== before) refuse(`${file} differs from what internal/bench/src/readme.ts writes; run it`);
  await checkSizes(results);
}

/** The measured sizes must be those of the build. Unlike times, sizes can be checked. */
async function checkSizes({ lines }: Results): Promise<void> {
  const ours = everybody(await programOfBuiltPackages()).filter(({ kind }) => kind === 'ours');
  for (const line of await sizeLines(ours)) {
    const was = lines.find(({ row }) => row === line.row);
    const [then, now] = [was && oursIn(was)?.value, oursIn(line)?.value].map(Number) as [number, number];
    if (Math.abs(now / then - 1) <= TOLERANCE) continue;
    refuse(`${line.row} has ${now} bytes, not ${then}; measure again: pnpm bench --json internal/bench/results/…`);
  }
}

function refuse(why: string): void {
  console.error(why);
  process.exitCode = 1;
}

/** The results on the latest version of Node. */
function newestNode(folder: string): Results {
  const versions = readdirSync(folder).flatMap((name) => Number(/^node-(\d+)\.json$/.exec(name)?.[1] ?? []));
  const name = `node-${Math.max(...versions)}.json`;
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results;
}
