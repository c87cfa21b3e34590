// node internal/bench/src/readme.ts [--check] [file]: writes the measured parts of a README, from the committed results.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { filled } from './readme-sections.ts';
import type { Results } from './results.ts';

const here = import.meta.dirname;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false } },
});
const file = positionals[0] ?? join(here, '../../../README.md');

const before = readFileSync(file, 'utf8');
const after = filled(before, newestNode(join(here, '../results')));
if (!options.check) {
  writeFileSync(file, after);
} else if (after !== before) {
  console.error(`${file} differs from what internal/bench/src/readme.ts writes; run it`);
  process.exit(1);
}

/** What was measured on the newest Node. */
function newestNode(folder: string): Results {
  const versions = readdirSync(folder).flatMap((name) => Number(/^node-(\d+)\.json$/.exec(name)?.[1] ?? []));
  const name = `node-${Math.max(...versions)}.json`;
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results;
}
