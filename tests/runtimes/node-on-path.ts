import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The machine's own Node: the first one on PATH that does not come from a package, if there is one.
 * Our scripts run on the Node in node_modules.
 */
export function nodeOnPath(): string | undefined {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, executable))
    .find((file) => existsSync(file) && versionOf(file) !== undefined);
}

/** The version that a runtime prints for --version, without its name; undefined if it does not run. */
export function versionOf(file: string): string | undefined {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
}
