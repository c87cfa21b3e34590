// Runs every gate in order, prints its time, and stops at the first failure. With --verbose, also prints the output of
// the gates.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const steps = [
  'build',
  'typecheck',
  'lint',
  'check:pkg',
  'test:unit',
  'test:built',
  'test:processes',
  'test:servers',
  'test:tabs',
  'test:browser',
  'test:docs',
  'test:runtimes',
  'test:surroundings',
  'test:publish',
  'test:bundlers',
  'test:generator',
];
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
const isVerbose = process.argv.includes('--verbose');
// These print a table worth seeing.
const shown = ['test:servers', 'test:runtimes', 'test:surroundings', 'test:publish', 'test:bundlers'];

console.log(`node ${process.version}`);
rmSync('reports', { recursive: true, force: true });
for (const step of steps) {
  const verbose = isVerbose || shown.includes(step);
  process.stdout.write(`${step.padEnd(18)}${verbose ? '\n' : ''}`);
  const start = performance.now();
  const { status, error, output } = spawnSync('pnpm', ['run', step], {
    env,
    stdio: verbose ? 'inherit' : 'pipe',
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok' : 'FAILED'} ${seconds} s`);
  if (status !== 0) {
    console.log(error ?? output?.join('') ?? '');
    process.exit(1);
  }
}
await import('./totals.mjs');
