import { requireThat } from '@valvekit/core/line';

/**
 * Checks the name of a lock.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} unless it has 1 to 512 UTF-16 units, without NUL and lone surrogates
 */
export function checkedName(name: string): string {
  const isGood = (value: string): boolean =>
    value.length > 0 && value.length <= 512 && !/[\0\uD800-\uDFFF]/u.test(value);
  return checked('name', name, isGood, '1 to 512 characters, without NUL and lone surrogates');
}

/**
 * Checks what the names of locks begin with.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} unless it has 1 to 64 of `A–Z a–z 0–9 . _ -`
 */
export function checkedPrefix(prefix: string): string {
  return checked('prefix', prefix, (value) => /^[\w.-]{1,64}$/.test(value), '1 to 64 of A-Z a-z 0-9 . _ -');
}

function checked(argument: string, value: string, isGood: (value: string) => boolean, expected: string): string {
  requireThat(typeof value === 'string', argument, 'a string', value);
  requireThat(isGood(value), argument, `of ${expected}`, value, RangeError);
  return value;
}
