import type { Kind, LockId } from '@valvekit/lease';

// A prefix has no colon.
const KINDS: readonly Kind[] = ['mutex', 'semaphore', 'lock'];

/** The key of a lock, as it stands in the tables: `prefix:kind:name`. */
export function keyOf(prefix: string, { kind, name }: LockId): string {
  return `${prefix}:${kind}:${name}`;
}

/** Which lock has this key. */
export function lockOf(key: string): LockId | undefined {
  const [, word, name = ''] = /^[^:]*:([^:]*):(.*)$/s.exec(key) ?? [];
  const kind = KINDS.find((each) => each === word);
  return kind && { kind, name };
}
