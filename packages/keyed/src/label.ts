const LONGEST = 64;

/**
 * What messages call the lock of a key: `KeyedLocks "accounts" mutex "user-1"`. Long strings are cut. Keys that are no
 * strings or numbers are shown by type only, because they can hold secrets.
 */
export function labelOf(kind: string, key: unknown): string {
  return `${kind} ${show(key)}`;
}

function show(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.length > LONGEST ? `${key.slice(0, LONGEST)}…` : key);
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : `(${typeof key})`;
}
