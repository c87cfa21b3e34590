const LONGEST = 64;

/**
 * A key as messages show it. Long strings are cut. Keys that are no strings, numbers or bigints are shown by type only,
 * because they can hold secrets.
 */
export function show(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.length > LONGEST ? `${key.slice(0, LONGEST)}…` : key);
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : `(${typeof key})`;
}
