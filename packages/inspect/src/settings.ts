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
  check('options', 'an object', options, isObject);
  const { name, stacks = false, slow = {}, onReport = (report) => console.warn(report) } = options;
  check('name', 'a string or a function', name ?? '', (value) => typeof value === 'string' || isFunction(value));
  check('stacks', 'a boolean', stacks, (value) => typeof value === 'boolean');
  check('slow', 'an object', slow, isObject);
  check('onReport', 'a function', onReport, isFunction);
  return { name, stacks, wait: readTime('slow.wait', slow.wait), hold: readTime('slow.hold', slow.hold), onReport };
}

function readTime(argument: string, ms: number = Number.POSITIVE_INFINITY): number {
  check(argument, 'a number of milliseconds', ms, (value) => typeof value === 'number' && !Number.isNaN(value));
  check(argument, 'at least 0', ms, (value) => (value as number) >= 0, RangeError);
  return ms;
}

/** Throws unless `isGood`, naming the argument and its value. */
export function check(
  argument: string,
  expected: string,
  value: unknown,
  isGood: (value: unknown) => boolean,
  Refusal: ErrorConstructor = TypeError,
): void {
  if (!isGood(value)) throw new Refusal(`${argument} must be ${expected}, but is ${show(value)}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (isFunction(value)) return 'a function';
  return isObject(value) ? Object.prototype.toString.call(value) : String(value);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}
