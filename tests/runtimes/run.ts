// Runs the suite on the packed packages on every runtime, as ES modules and as CommonJS.
// Without --all, uses the installed runtimes. With --all, or if CI is set, installs the others first; none may be missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumExecutable } from '@valvekit-internal/browser';
import { runChild } from './child.ts';
import { runChromium } from './chromium.ts';
import { nodeOnPath, versionOf } from './node-on-path.ts';
import { pack } from './pack.ts';
import type { Result } from './suite/check.ts';

interface Row {
  runtime: string;
  modules: string;
  passed: number;
  failed: number;
  ms: number;
}

const here = import.meta.dirname;
const all = Boolean(process.env.CI) || process.argv.includes('--all');
const started = performance.now();
const rows: Row[] = [];
const jobs: (() => Promise<void>)[] = [];
let skipped = 0;

if (all) {
  execFileSync('pnpm', ['--dir', here, 'install', '--frozen-lockfile'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'valvekit-runtimes-')));
try {
  const { esm, cjs } = await pack(folder);
  console.log(`packed   ${seconds()}`);

  const inModules = (name: string): string => join(here, 'node_modules', name);
  const runtimes: [name: string, executable: string, args?: string[]][] = [
    ['Node', nodeOnPath() ?? process.execPath],
    ['Node', inModules('node20/bin/node')],
    ['Node', inModules('node22/bin/node')],
    ['Node', inModules('node24/bin/node')],
    ['Node', process.execPath],
    ['Bun', inModules('@oven/bun-linux-x64/bin/bun'), ['run']],
    ['Deno', inModules('@deno/linux-x64-glibc/deno'), ['run', '--allow-all', '--no-lock']],
  ];
  const seen = new Set<string>();
  for (const [name, executable, args = []] of runtimes) {
    const version = existsSync(executable) ? versionOf(executable) : undefined;
    if (version === undefined) {
      miss(executable);
      continue;
    }
    const runtime = `${name} ${version}`;
    if (seen.has(runtime)) continue;
    seen.add(runtime);
    add(runtime, 'ESM', () => runChild([executable, ...args], esm));
    add(runtime, 'CommonJS', () => runChild([executable, ...args], cjs));
    if (name !== 'Node') continue;
    const hardened = ['--disable-proto=throw', '--require', join(here, 'hardened.cjs')];
    add(runtime, 'ESM, frozen built-ins', () => runChild([executable, ...hardened], esm));
    const without = ['--require', join(here, 'without-dispose.cjs')];
    add(runtime, 'CommonJS, no Symbol.dispose', () => runChild([executable, ...without], cjs));
  }

  const chromium = await chromiumExecutable();
  if (chromium === undefined) {
    miss('Chromium');
  } else {
    jobs.push(async () => {
      const start = performance.now();
      await runChromium(chromium.path, folder, (way, result) =>
        note(`Chromium ${chromium.version}`, way, start, result),
      );
    });
  }

  // Two at a time: more would only disturb each other's timers.
  const line = async (): Promise<void> => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await job();
  };
  await Promise.all([line(), line()]);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function add(runtime: string, modules: string, body: () => Promise<Result>): void {
  jobs.push(async () => {
    const start = performance.now();
    note(runtime, modules, start, await body());
  });
}

function note(runtime: string, modules: string, start: number, { passed, failures }: Result): void {
  rows.push({ runtime, modules, passed, failed: failures.length, ms: Math.round(performance.now() - start) });
  console.log(`${failures.length === 0 ? 'ok      ' : 'FAILED  '} ${runtime}, ${modules}`);
  for (const failure of failures) console.log(failure.replace(/^/gm, '  '));
}

function miss(what: string): void {
  if (all) rows.push({ runtime: `${what} is missing`, modules: '', passed: 0, failed: 1, ms: 0 });
  else skipped++;
}

function seconds(): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

rows.sort((a, b) => a.runtime.localeCompare(b.runtime, 'en', { numeric: true }) || a.modules.localeCompare(b.modules));
const width = (key: 'runtime' | 'modules'): number => Math.max(...rows.map((row) => row[key].length));
for (const { runtime, modules, passed, failed, ms } of rows) {
  const columns = [runtime.padEnd(width('runtime')), modules.padEnd(width('modules'))];
  console.log(`${columns.join('  ')}  ${passed} passed  ${failed} failed  ${String(ms).padStart(5)} ms`);
}
const sum = (key: 'passed' | 'failed'): number => rows.reduce((total, row) => total + row[key], 0);
const totals = { passed: sum('passed'), failed: sum('failed'), skipped };
if (skipped > 0) console.log(`${skipped} runtimes are not installed; --all installs them`);
console.log(`${totals.passed} passed, ${totals.failed} failed, in ${seconds()}`);
const reports = join(here, '..', '..', 'reports');
mkdirSync(reports, { recursive: true });
writeFileSync(join(reports, 'runtimes.json'), JSON.stringify(totals));
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
