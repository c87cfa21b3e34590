// Compares the drawing in ARCHITECTURE.md with the imports. The drawing is every block that begins with
// "```text arrows". Each line names folders of core or packages, and then everything of ours that each of them imports:
//
//   asking        → line, runtime, contract
//   mutex, rwlock → core, core/line
//   contract      → nothing
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ourName, placeOf, publishedPackages } from './imports.mjs';

/** @typedef {import('./imports.mjs').Import} Import */

const page = 'ARCHITECTURE.md';

/**
 * Finds where the drawing says more or less than is true of the folders of core and of the published packages.
 *
 * @param {string} root - the repository
 * @param {Import[]} imports - those of all packages
 * @param {string[]} folders - the folders of core. While there are none, the drawing may be missing or ahead of them.
 * @returns {string[]} a line for each error
 */
export function drawingErrors(root, imports, folders) {
  const isFlat = folders.length === 0;
  const lines = drawnLines(root);
  if (lines.length === 0) return isFlat ? [] : [`${page}: has no block that begins with \`\`\`text arrows`];

  const actual = arrows(imports, folders, publishedPackages(root));
  /** @type {Set<string>} */
  const drawn = new Set();
  /** @type {(name: string, right: string) => string | undefined} */
  const errorOf = (name, right) => {
    const targets = actual.get(name);
    if (drawn.has(name)) return `draws ${name} again`;
    drawn.add(name);
    if (targets === undefined) return isFlat ? undefined : `${name} is no folder of core and no published package`;
    const isTrue = right.split(/ *, */).sort().join(', ') === rightOf(targets);
    return isTrue ? undefined : `draws "${name} → ${right}", but it is "${name} → ${rightOf(targets)}"`;
  };
  const errors = lines.flatMap(({ line, text }) => {
    const [, left, right] = /^(.+?) *→ *(.+)$/.exec(text) ?? [];
    if (left === undefined || right === undefined) return [`${page}:${line}: "${text}" is not "name → name, name"`];
    const found = left.split(/ *, */).map((name) => errorOf(name, right));
    return found.filter((error) => error !== undefined).map((error) => `${page}:${line}: ${error}`);
  });
  const missing = [...actual].filter(([name]) => !drawn.has(name));
  return [...errors, ...missing.map(([name, targets]) => `${page}: lacks "${name} → ${rightOf(targets)}"`)];
}

/** @param {string} root */
function drawnLines(root) {
  const file = join(root, page);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split(/\r?\n/) : [];
  let isDrawing = false;
  return lines.flatMap((text, index) => {
    if (!text.startsWith('```')) return isDrawing && text.trim() !== '' ? [{ line: index + 1, text: text.trim() }] : [];
    isDrawing = text.trim() === '```text arrows';
    return [];
  });
}

/**
 * @param {Import[]} imports
 * @param {string[]} folders
 * @param {string[]} packages
 * @returns {Map<string, Set<string>>} what each folder and package imports of the others
 */
function arrows(imports, folders, packages) {
  const arrows = new Map([...folders, ...packages].map((name) => [name, /** @type {Set<string>} */ (new Set())]));
  for (const { file, specifier, target } of imports) {
    const { home, folder = '' } = placeOf(file);
    const name = ourName(specifier);
    if (name !== undefined) arrows.get(home)?.add(name);
    if (home !== 'core' || target === undefined) continue;
    const imported = placeOf(target).folder;
    if (imported !== undefined && imported !== folder) arrows.get(folder)?.add(imported);
  }
  return arrows;
}

/** @param {Set<string>} targets */
function rightOf(targets) {
  return [...targets].sort().join(', ') || 'nothing';
}
