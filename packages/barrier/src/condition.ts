import { mismatch } from '@valvekit/core/line';

/** What a ticket can be found by: it matches by sameness, as in `Array.prototype.includes`. */
export type Scalar = string | number | boolean | bigint | symbol | null;

/**
 * What a ticket must be to end a wait: the same as a scalar, one of a list, a string that a RegExp matches, or one for
 * which a function returns true.
 */
export type Condition<T> = (T & Scalar) | readonly (T & Scalar)[] | RegExp | ((ticket: T) => boolean);

/** A checked condition: the values it can be found by, or a test. */
export type Matcher<T> = readonly T[] | ((ticket: T) => unknown);

/**
 * Checks a condition. Lists are copied.
 *
 * @throws {TypeError} if it is undefined, or an object of another kind
 * @throws {RangeError} if it is an empty list
 */
export function matcherOf<T>(condition: Condition<T>): Matcher<T> {
  if (typeof condition === 'function') return condition as (ticket: T) => unknown;
  if (isRegExp(condition)) return regExpTest(condition);
  if (Array.isArray(condition)) {
    const tickets = [...new Set(condition as readonly T[])];
    if (tickets.length === 0) {
      throw new RangeError('condition must be a list of at least one ticket, or nothing could ever match it');
    }
    return tickets;
  }
  if (condition === undefined || (typeof condition === 'object' && condition !== null)) {
    throw new TypeError(mismatch('condition', 'a scalar, a list, a RegExp or a function', condition));
  }
  return [condition as T];
}

/**
 * Whether a ticket meets the condition. Sameness is that of `Array.prototype.includes`.
 *
 * @throws {TypeError} if a function returns a promise, which would always count as true
 */
export function matches<T>(matcher: Matcher<T>, ticket: T): boolean {
  if (typeof matcher !== 'function') return matcher.includes(ticket);
  const answer = matcher(ticket);
  if (typeof (answer as { then?: unknown } | null | undefined)?.then === 'function') {
    throw new TypeError(mismatch('what the condition returns', 'true or false, not a promise', answer));
  }
  return Boolean(answer);
}

// By its tag, so that those of other realms are accepted.
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

// A copy without the flags that make a RegExp remember where it stopped.
function regExpTest(regExp: RegExp): (ticket: unknown) => boolean {
  const { source, flags } = regExp;
  const stateless = new RegExp(source, flags.replace(/[gy]/g, ''));
  return (ticket) => typeof ticket === 'string' && stateless.test(ticket);
}
