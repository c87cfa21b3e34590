// Cycles of imports between files.

/** @typedef {import('./imports.mjs').Import} Import */

/**
 * Finds a cycle for each import that closes one. Of cycles that share files, some show only when others are gone.
 *
 * @param {Import[]} imports
 * @returns {string[][]} the files of each cycle, which ends with the file that it begins with
 */
export function cyclesOf(imports) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const { file, target } of imports) {
    if (target === undefined) continue;
    const targets = graph.get(file) ?? new Set();
    graph.set(file, targets.add(target));
  }

  /** @type {string[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {(file: string, path: string[]) => void} */
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start !== -1) cycles.push([...path.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
