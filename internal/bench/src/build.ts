import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
const dist = join(import.meta.dirname, '../dist');

/**
 * Builds the program of the child processes with the built packages: with a copy, so that a build in the middle of a run
 * changes nothing.
 *
 * @returns the path of the program
 */
export async function programOfBuiltPackages(): Promise<string> {
  const folder = emptyFolder('built');
  for (const { name, path } of packagesOf(root)) {
    for (const part of ['package.json', 'dist']) {
      cpSync(join(path, part), join(folder, 'node_modules', name, part), { recursive: true });
    }
  }
  return buildProgram(folder);
}

/** Builds the program with the packages of a commit, or of the working tree without one, from their sources. */
export async function programOfSources(label: string, commit?: string): Promise<string> {
  const folder = emptyFolder(label);
  const tree = commit === undefined ? root : checkOut(commit);
  for (const { name, path } of packagesOf(tree)) {
    const target = join(folder, 'node_modules', name);
    const entries = entriesOf(path);
    await build({
      entryPoints: entries.map((entry) => ({ in: join(path, `src/${entry}.ts`), out: entry })),
      outdir: target,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      packages: 'external',
    });
    const exports = Object.fromEntries(
      entries.map((entry) => [entry === 'index' ? '.' : `./${entry}`, `./${entry}.js`]),
    );
    writeFileSync(join(target, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  }
  if (tree !== root) rmSync(tree, { recursive: true });
  return buildProgram(folder);
}

// Not every runtime strips types. The packages are external: each is loaded the way its users get it.
async function buildProgram(folder: string): Promise<string> {
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outdir: folder,
    bundle: true,
    // Puts dynamic imports into separate files, so that a child loads only one subject.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
  });
  return join(folder, 'child.js');
}

function packagesOf(tree: string): { name: string; path: string }[] {
  return readdirSync(join(tree, 'packages')).map((entry) => {
    const path = join(tree, 'packages', entry);
    const { name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string };
    return { name, path };
  });
}

/** The entries of a package by the names of their sources: `index`, and what else its manifest exports. */
function entriesOf(path: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    exports: Record<string, { '@valvekit/source'?: string }>;
  };
  return Object.values(exports).flatMap((entry) => entry['@valvekit/source']?.match(/^.\/src\/(.+)\.ts$/)?.[1] ?? []);
}

function checkOut(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'valvekit-bench-'));
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return folder;
}

function emptyFolder(label: string): string {
  const folder = join(dist, label);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
