// What the sources of the packages import.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** @typedef {{ file: string, line: number, specifier: string, target: string | undefined }} Import */

/**
 * The source files of all packages.
 *
 * @param {string} root - the repository
 * @returns {string[]} paths from the root, with slashes
 */
export function sourceFiles(root) {
  const files = globSync('packages/*/src/**/*.ts', { cwd: root });
  return files.map((file) => file.replaceAll('\\', '/')).sort();
}

/**
 * The imports of a file: of values and of types, re-exports, `import()` and `import('…').Type`.
 *
 * @param {string} root - the repository
 * @param {string} file - its path from the root
 * @returns {Import[]} `target` is the imported file, for a relative path
 */
export function importsOf(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  return ts.preProcessFile(text, true, false).importedFiles.map(({ fileName: specifier, pos }) => ({
    file,
    line: text.slice(0, pos).split('\n').length,
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined,
  }));
}

/**
 * The packages that are published.
 *
 * @param {string} root - the repository
 * @returns {string[]} the names of their folders
 */
export function publishedPackages(root) {
  return globSync('packages/*', { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .filter((folder) => !JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private)
    .map((folder) => folder.replace(/^packages[\\/]/, ''))
    .sort();
}

/**
 * The package and, inside core, the folder of a file.
 *
 * @param {string} file - its path from the root
 * @returns {{ home: string, folder: string | undefined, name: string }} no folder if the file is directly in `src`
 */
export function placeOf(file) {
  const [, home = '', , ...rest] = file.split('/');
  return { home, folder: rest.length > 1 ? rest[0] : undefined, name: rest.join('/') };
}

/**
 * The name of a package of ours in the table of arrows: `@valvekit/core/line` is `core/line`.
 *
 * @param {string} specifier
 * @returns {string | undefined} nothing for other packages
 */
export function ourName(specifier) {
  return /^(?:@valvekit\/(.+)|(valvekit(?:\/.*)?))$/.exec(specifier)?.slice(1).find(Boolean);
}
