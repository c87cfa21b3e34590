import type { Kind, LockId } from '@valvekit/lease';

/** The three keys of a lock. */
export type Keys = readonly [state: string, line: string, waiters: string];

// What stands behind the prefix and before a name, so that locks of different kinds and names never share a key. The
// braces make one slot of a cluster of them.
const TAGS: Record<Kind, string> = { mutex: 'm', semaphore: 's', lock: 'l' };
const KINDS: Record<string, Kind> = { m: 'mutex', s: 'semaphore', l: 'lock' };

/** The keys of a lock. */
export function keysOf(prefix: string, { kind, name }: LockId): Keys {
  // A cluster takes the tag to end with the first brace.
  const escaped = name.replace(/[%} ]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const base = `${prefix}:{${TAGS[kind]}:${escaped}}:`;
  return [`${base}s`, `${base}q`, `${base}w`];
}

/** Which lock has this state key. */
export function lockOf(key: string): LockId | undefined {
  const [, tag = '', escaped = ''] = /^[^{]*\{(.):([^}]*)\}:s$/s.exec(key) ?? [];
  const kind = KINDS[tag];
  if (kind === undefined) return undefined;
  return { kind, name: escaped.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) };
}
