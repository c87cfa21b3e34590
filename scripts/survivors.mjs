// Checks the mutants that survive Stryker once more: Stryker runs only the tests that it has seen reach a mutant, and
// misses some. This script applies each survivor to a copy of the repository and runs all unit tests on it. Run
// `stryker run` first. It prints a line for each mutant; only those that survive here are real survivors.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ line: number, column: number }} Place */
/** @typedef {{ status: string, mutatorName: string, replacement: string, location: { start: Place, end: Place } }} Mutant */
/** @typedef {Mutant & { file: string, source: string }} Survivor */

/** @type {{ files: Record<string, { source: string, mutants: Mutant[] }> }} */
const report = JSON.parse(readFileSync('mutation/report.json', 'utf8'));
const mutants = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => ({ file, source, ...mutant })),
);

/** @param {Survivor} survivor */
function mutated({ source, location: { start, end }, replacement }) {
  const lines = source.split('\n');
  /** @param {Place} place */
  const offset = ({ line, column }) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1);
  return source.slice(0, offset(start)) + replacement + source.slice(offset(end));
}

/** @param {string} cwd */
function testsPass(cwd) {
  const args = ['run', '--bail=1', '--typecheck.enabled=false', '--reporter=dot', 'packages', 'internal'];
  return new Promise((resolve) => {
    const child = spawn(join(cwd, 'node_modules/.bin/vitest'), args, { cwd, stdio: 'ignore', timeout: 120_000 });
    child.on('close', (status) => resolve(status === 0));
  });
}

async function work() {
  const copy = mkdtempSync(join(tmpdir(), 'survivors-'));
  execFileSync('git', ['clone', '-q', process.cwd(), copy]);
  execFileSync('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], { cwd: copy, stdio: 'ignore' });
  for (let mutant = mutants.shift(); mutant !== undefined; mutant = mutants.shift()) {
    writeFileSync(join(copy, mutant.file), mutated(mutant));
    const verdict = (await testsPass(copy)) ? 'SURVIVES' : 'killed  ';
    writeFileSync(join(copy, mutant.file), mutant.source);
    const { line } = mutant.location.start;
    console.log(`${verdict}  ${mutant.file}:${line}  ${mutant.mutatorName}  ${mutant.replacement.split('\n')[0]}`);
  }
  rmSync(copy, { recursive: true });
}

console.log(`${mutants.length} mutants to check again`);
await Promise.all([work(), work()]);
