import { type Push, pushOf } from '@valvekit/lease';
import { lockOf } from './keys.ts';

/** What a notification says; undefined if it is none of ours. */
export function heard(message: string): Push | undefined {
  // The key comes last, because it may have spaces. It begins with a prefix, which has none.
  const [, is, id = '', numbers = '', key = ''] = /^(\w+) (\S+) ((?:\d+ )*)(.*)$/s.exec(message) ?? [];
  const lock = lockOf(key);
  return lock && pushOf(is, lock, id, numbers.split(' '));
}
