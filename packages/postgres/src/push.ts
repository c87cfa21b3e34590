import type { Push } from '@valvekit/lease';
import { lockOf } from './keys.ts';
import { millis } from './time.ts';

/** What a notification says; undefined if it is none of ours. */
export function pushOf(message: string): Push | undefined {
  // The key comes last, because it may have spaces. It begins with a prefix, which has none.
  const [, is, id = '', numbers = '', key = ''] = /^(\w+) (\S+) ((?:\d+ )*)(.*)$/s.exec(message) ?? [];
  const lock = lockOf(key);
  if (lock === undefined) return undefined;
  const [first, until, length] = numbers.split(' ');
  if (is === 'granted') return { is, lock, id, token: Number(first), until: millis(until), length: millis(length) };
  if (is === 'refused') return { is, lock, id, capacity: Number(first) };
  return is === 'taken' ? { is, lock, id } : undefined;
}
