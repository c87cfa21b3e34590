import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

it('no script needs a pnpm on the PATH', () => {
  const needy = Object.entries(scripts).filter(([, script]) => /(^|&& ?)pnpm /.test(script));
  expect(needy).toEqual([]);
});

it('a gate that runs pnpm is started by pnpm, which is then on the PATH', () => {
  const runsPnpm = /(?:exec|execFile|execFileSync|spawn|spawnSync|run)\(\s*'pnpm'/;
  const callers = globSync('tests/*/*.ts', { cwd: root }).filter((file) =>
    runsPnpm.test(readFileSync(join(root, file), 'utf8')),
  );
  const gates = [...new Set(callers.map((file) => `test:${basename(dirname(file))}`))];
  expect(gates).toContain('test:generator');
  expect(gates.filter((gate) => !scripts[gate]?.includes('node scripts/pnpm.mjs -s exec '))).toEqual([]);
});

/** What scripts/pnpm.mjs runs where these programs are on the PATH, and no others. */
function ran(...programs: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'valvekit-scripts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const program of programs) {
    writeFileSync(join(folder, program), `#!/bin/sh\necho ${program} "$@"\n`);
    chmodSync(join(folder, program), 0o755);
  }
  const pnpm = join(root, 'scripts/pnpm.mjs');
  return execFileSync(process.execPath, [pnpm, '-s', 'run', 'x'], { env: { PATH: folder }, encoding: 'utf8' });
}

it.skipIf(process.platform === 'win32')('takes the pnpm that is there, else the one that npm fetches', () => {
  expect(ran('npm', 'pnpm')).toBe('pnpm -s run x\n');
  expect(ran('npm')).toBe('npm run -s pnpm -- -s run x\n');
});
