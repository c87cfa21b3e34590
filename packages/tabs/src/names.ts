import { requireThat } from '@valvekit/core/line';

/**
 * Checks the name of a lock.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} unless it has 1 to 512 UTF-16 units, without NUL and lone surrogates
 */
export function checkedName(name: string): string {
  requireThat(typeof name === 'string', 'name', 'a string', name);
  const isGood = name.length <= 512 && /^[^\0\uD800-\uDFFF]+$/u.test(name);
  requireThat(isGood, 'name', 'of 1 to 512 UTF-16 units, without NUL or lone surrogates', name, RangeError);
  return name;
}

/**
 * Checks what the names of locks begin with.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} unless it has 1 to 64 of `A–Z a–z 0–9 . _ -`
 */
export function checkedPrefix(prefix: string): string {
  requireThat(typeof prefix === 'string', 'prefix', 'a string', prefix);
  requireThat(/^[\w.-]{1,64}$/.test(prefix), 'prefix', 'of 1 to 64 of A-Z a-z 0-9 . _ -', prefix, RangeError);
  return prefix;
}
