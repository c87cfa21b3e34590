import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute } from './execute.ts';
import type { Registry } from './registry.ts';
import type { Release } from './release.ts';

interface Manifest {
  version: string;
  dependencies?: Record<string, string>;
}

const list = join(import.meta.dirname, 'tarballs.txt');
const bin = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');

/** Downloads the tarball of a package from the registry into the folder. */
export async function fetchTarball({ name, version }: Release, registry: Registry, folder: string): Promise<string> {
  const about = (await (await fetch(registry.url + name)).json()) as {
    versions: Record<string, { dist: { tarball: string } }>;
  };
  const url = about.versions[version]?.dist.tarball;
  if (url === undefined) throw new Error(`the registry has no ${name}@${version}`);
  const file = join(folder, `${name.replace('/', '-')}.tgz`);
  writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
  return file;
}

/** @throws {Error} with the problems that publint and attw find in the tarball */
export async function lintTarball(file: string, { name }: Release, env: NodeJS.ProcessEnv): Promise<void> {
  await execute([join(bin, 'publint'), file, '--strict'], dirname(file), env);
  // Resolution as in Node 10 cannot find '@valvekit/core/line', which only authors of primitives import.
  const profile = name === '@valvekit/core' ? ['--profile', 'node16'] : [];
  // What is no module has no types.
  const noModule = ['--exclude-entrypoints', 'install.sql'];
  await execute([join(bin, 'attw'), file, ...profile, ...noModule], dirname(file), env);
}

/** @throws {Error} unless the package depends only on its siblings, in the version that was published with it */
export function checkManifest(file: string, { name, version }: Release): void {
  const manifest = JSON.parse(tar('-xzOf', file, 'package/package.json')) as Manifest;
  if (manifest.version !== version) throw new Error(`${name} has version ${manifest.version}, not ${version}`);
  for (const [other, range] of Object.entries(manifest.dependencies ?? {})) {
    const isSibling = other.startsWith('@valvekit/') && range === `^${version}`;
    if (!isSibling) throw new Error(`${name} depends on ${other} ${range}`);
  }
}

/** One line per file in a tarball, as in tarballs.txt. Files of `dist` that mirror one of `src` go without saying. */
export function filesOf(file: string, { name }: Release): string[] {
  const entries = tar('-tzf', file)
    .trim()
    .split('\n')
    .map((entry) => entry.replace(/^package\//, ''));
  const isMirrored = (entry: string): boolean => {
    const source = entry.replace(/^dist\/(?:browser\/|node\/)?(.+)\.c?js(?:\.map)?$/, 'src/$1.ts');
    return source !== entry && entries.includes(source);
  };
  return entries.filter((entry) => !isMirrored(entry)).map((entry) => `${name}  ${entry}`);
}

/** @throws {Error} with the differences from the reviewed list in tarballs.txt */
export function compareWithReviewed(files: string[]): void {
  const reviewed = readFileSync(list, 'utf8').trim().split('\n');
  const surplus = files.filter((file) => !reviewed.includes(file)).map((file) => `not in tarballs.txt: ${file}`);
  const missing = reviewed.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`);
  if (surplus.length + missing.length > 0) throw new Error([...surplus, ...missing].join('\n'));
}

/** Writes the files to the reviewed list. */
export function markReviewed(files: string[]): void {
  writeFileSync(list, `${[...files].sort().join('\n')}\n`);
}

function tar(...args: string[]): string {
  return execFileSync('tar', args, { encoding: 'utf8' });
}
