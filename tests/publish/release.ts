import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute } from './execute.ts';
import type { Registry } from './registry.ts';

export interface Release {
  name: string;
  version: string;
  changelog: string;
}

const root = join(import.meta.dirname, '..', '..');
const changeset = join(root, 'node_modules', '.bin', 'changeset');
const copied = ['.changeset', 'internal/build/pnpmfile.cjs', 'package.json', 'packages', 'pnpm-workspace.yaml'];
const left = ['.cache', '.turbo', 'test'];

/**
 * Releases a copy of the built packages, like a real release: `changeset version`, then `changeset publish`.
 *
 * The copy is not a repository, so the release creates no tags.
 */
export async function release(folder: string, registry: Registry): Promise<Release[]> {
  for (const name of copied) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      // The packages resolve each other through links, which must lead to the copies.
      verbatimSymlinks: true,
      filter: (path) => !left.includes(basename(path)),
    });
  }
  writeFileSync(join(folder, '.npmrc'), registry.npmrc);
  // Right after a release there is nothing to version, which changesets treats as a failure.
  const changesets = readdirSync(join(folder, '.changeset')).filter((name) => /(?<!README)\.md$/.test(name));
  if (changesets.length > 0) await execute([changeset, 'version'], folder, registry.env);
  await execute([changeset, 'publish', '--no-git-tag'], folder, registry.env);

  return readdirSync(join(folder, 'packages')).map((home) => {
    const read = (file: string): string => readFileSync(join(folder, 'packages', home, file), 'utf8');
    const { name, version } = JSON.parse(read('package.json')) as Release;
    return { name, version, changelog: read('CHANGELOG.md') };
  });
}
