import { mismatch } from '@valvekit/core/line';
import type { Report, WatchOptions } from './contract.ts';

/** Checked options. */
export interface Settings {
  readonly name: WatchOptions['name'];
  readonly stacks: boolean;
  readonly wait: number;
  readonly hold: number;
  readonly onReport: (report: Report) => void;
}

/**
 * Checks the options.
 *
 * @throws {TypeError | RangeError} a bad option, naming it
 */
export function readSettings(options: WatchOptions = {}): Settings {
  check('options', 'an object', options, isObject(options));
  const { name, stacks = false, slow = {}, onReport = (report) => console.warn(report) } = options;
  check('name', 'a string or a function', name, name == null || typeof name === 'string' || isFunction(name));
  check('stacks', 'a boolean', stacks, typeof stacks === 'boolean');
  check('slow', 'an object', slow, isObject(slow));
  check('onReport', 'a function', onReport, isFunction(onReport));
  return { name, stacks, wait: readTime('slow.wait', slow.wait), hold: readTime('slow.hold', slow.hold), onReport };
}

function readTime(argument: string, ms: number = Number.POSITIVE_INFINITY): number {
  check(argument, 'a number of milliseconds', ms, typeof ms === 'number' && !Number.isNaN(ms));
  check(argument, 'at least 0', ms, ms >= 0, RangeError);
  return ms;
}

/** Throws unless `isGood`, naming the argument and its value. */
export function check(
  argument: string,
  expected: string,
  value: unknown,
  isGood: boolean,
  Refusal: ErrorConstructor = TypeError,
): void {
  if (!isGood) throw new Refusal(mismatch(argument, expected, value));
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}
