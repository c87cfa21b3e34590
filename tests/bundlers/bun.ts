import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const runtimes = join(import.meta.dirname, '..', 'runtimes');
const executable = join(runtimes, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun');

/** Bun, if it is installed with the other runtimes. If CI is set, installs it first. */
export function bun(): string | undefined {
  if (process.env.CI && !existsSync(executable)) {
    execFileSync('pnpm', ['--dir', runtimes, 'install', '--frozen-lockfile'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return existsSync(executable) ? executable : undefined;
}
