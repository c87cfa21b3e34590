import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The Node that the machine itself has: the first on PATH that no package brought along, if there is one.
 * Our own scripts run on the Node in node_modules.
 */
export function nodeOnPath(): string | undefined {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, executable))
    .find((file) => existsSync(file) && versionOf(file) !== undefined);
}

/** What the runtime says to --version, without its name; nothing if it does not run. */
export function versionOf(file: string): string | undefined {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
}
