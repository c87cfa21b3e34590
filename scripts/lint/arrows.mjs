// Fails when an import goes against the arrows of the architecture, when files import each other in a cycle, or when the
// drawing in ARCHITECTURE.md differs from the imports.
import { join } from 'node:path';
import { cyclesOf } from './cycles.mjs';
import { drawingErrors } from './drawing.mjs';
import { importsOf, ourName, placeOf, sourceFiles } from './imports.mjs';

/** What each folder of packages/core/src may import. @type {Record<string, string[]>} */
const folders = {
  contract: [],
  runtime: ['contract'],
  line: ['runtime', 'contract'],
  asking: ['line', 'runtime', 'contract'],
  map: ['line', 'runtime', 'contract'],
  several: ['asking', 'line', 'runtime', 'contract'],
};

/** The files of core that no folder may import and that may import every folder: '@valvekit/core' and '@valvekit/core/line'. */
const entries = ['index.ts', 'line.ts'];

/** What each package may import of ours. One that is not listed is a primitive. @type {Record<string, string[]>} */
const packages = {
  core: [],
  lite: ['core'],
  // `core/line` for the symbol through which `map` and `acquireAll` enter, for its rings, and for the message of a bad argument.
  inspect: ['core', 'core/line'],
  // `core/line` for the line of a tab.
  tabs: ['core', 'core/line'],
  lease: ['core'],
  redis: ['core', 'lease'],
  postgres: ['core', 'lease'],
  valvekit: ['core', 'core/line', 'mutex', 'rwlock', 'semaphore', 'barrier', 'asemaphore', 'keyed'],
};
const primitive = ['core', 'core/line'];

/** @typedef {import('./imports.mjs').Import} Import */

/**
 * Checks the imports and the drawing of a repository.
 *
 * @param {string} root - its folder
 * @returns {string[]} a line for each error
 */
export function check(root) {
  const files = sourceFiles(root);
  const imports = files.flatMap((file) => importsOf(root, file));
  const coreFiles = files.filter(isCore);
  const coreFolders = Object.keys(folders).filter((name) => coreFiles.some((file) => placeOf(file).folder === name));
  // Without any of its folders core is not arranged yet: its files lie side by side, and may import each other.
  const isFlat = coreFolders.length === 0;
  const arranged = isFlat ? imports.filter(({ file }) => !isCore(file)) : imports;
  return [
    ...(isFlat ? [] : coreFiles.flatMap(misplaced)),
    ...imports.flatMap(acrossPackages),
    ...arranged.flatMap(insideCore),
    ...cyclesOf(arranged).map((cycle) => `${cycle.join(' → ')}: these files import each other in a cycle`),
    ...drawingErrors(root, imports, coreFolders),
  ];
}

/** @param {string} file */
function isCore(file) {
  return placeOf(file).home === 'core';
}

/** @param {string} file */
function misplaced(file) {
  const { folder, name } = placeOf(file);
  return entries.includes(name) || (folder !== undefined && folder in folders)
    ? []
    : [`${file}: core has only ${entries.join(', ')} and the folders ${Object.keys(folders).join(', ')}`];
}

/** @param {Import} imported */
function acrossPackages({ file, line, specifier, target }) {
  const { home } = placeOf(file);
  const at = `${file}:${line}: '${specifier}':`;
  if (specifier.startsWith('@valvekit-internal/') || target?.startsWith('internal/')) {
    return [`${at} nothing that ships imports internal`];
  }
  if (target !== undefined) {
    return target.startsWith(`packages/${home}/src/`)
      ? []
      : [`${at} a relative path stays in src; import another package by its name`];
  }
  const name = ourName(specifier);
  const allowed = packages[home] ?? primitive;
  return name === undefined || allowed.includes(name) ? [] : [`${at} ${home} may import ${list(allowed)}`];
}

/** @param {Import} imported */
function insideCore({ file, line, specifier, target }) {
  const { folder } = placeOf(file);
  const allowed = folders[folder ?? ''];
  if (!isCore(file) || allowed === undefined || !target?.startsWith('packages/core/src/')) return [];
  const imported = placeOf(target).folder;
  if (imported !== undefined && [folder, ...allowed].includes(imported)) return [];
  return [`${file}:${line}: '${specifier}': core/${folder} may import ${list(allowed)}`];
}

/** @param {string[]} names */
function list(names) {
  return names.length === 0 ? 'nothing of ours' : `only ${names.join(', ')}`;
}

if (process.argv[1] === import.meta.filename) {
  const errors = check(join(import.meta.dirname, '../..'));
  for (const error of errors) console.error(error);
  if (errors.length > 0) process.exitCode = 1;
}
