import { mustBe } from '@valvekit/core';

/**
 * What a ticket must be to end a wait: the same as a scalar, one of a list, a string that a RegExp matches, or one that
 * a function says yes to.
 */
export type Condition<T> =
  | (T & (string | number | bigint | boolean | symbol | null))
  | readonly T[]
  | RegExp
  | ((ticket: T) => boolean);

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
  if (Array.isArray(condition)) {
    const tickets = [...new Set(condition as readonly T[])];
    if (tickets.length === 0) {
      throw new RangeError('condition must be a list of at least one ticket, or nothing could ever match it');
    }
    return tickets;
  }
  if (isRegExp(condition)) return regExpTest(condition);
  if (condition === undefined || (typeof condition === 'object' && condition !== null)) {
    throw new TypeError(mustBe('condition', 'a scalar, a list, a RegExp or a function', condition));
  }
  return [condition as T];
}

/** Whether a ticket meets the condition. Sameness is that of `Array.prototype.includes`. */
export function matches<T>(matcher: Matcher<T>, ticket: T): boolean {
  return typeof matcher === 'function' ? Boolean(matcher(ticket)) : matcher.includes(ticket);
}

// By its tag, so that those of other realms are welcome.
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

// A copy without the flags that make a RegExp remember where it stopped.
function regExpTest(regExp: RegExp): (ticket: unknown) => boolean {
  const { source, flags } = regExp;
  const stateless = new RegExp(source, flags.replace(/[gy]/g, ''));
  return (ticket) => typeof ticket === 'string' && stateless.test(ticket);
}
