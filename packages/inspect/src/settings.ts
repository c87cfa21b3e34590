import { requireFunction, requireThat } from '@valvekit/core/line';
import type { Report, WatchOptions } from './contract.ts';

/** Checked options. */
export interface Settings {
  readonly name: WatchOptions['name'];
  readonly stacks: boolean;
  readonly wait: number | undefined;
  readonly hold: number | undefined;
  readonly onReport: (report: Report) => void;
  /** Whether the watch has been undone. */
  isOver: boolean;
}

/**
 * Checks the options.
 *
 * @throws {TypeError | RangeError} a bad option, naming it
 */
export function readSettings(options: WatchOptions = {}): Settings {
  requireThat(isObject(options), 'options', 'an object', options);
  const { name, stacks = false, slow = {}, onReport = (report) => console.warn(report) } = options;
  requireThat(name == null || typeof name === 'string' || isFunction(name), 'name', 'a string or a function', name);
  requireThat(typeof stacks === 'boolean', 'stacks', 'a boolean', stacks);
  requireThat(isObject(slow), 'slow', 'an object', slow);
  requireFunction('onReport', onReport);
  const { wait, hold } = slow;
  return {
    name,
    stacks,
    wait: readTime('slow.wait', wait),
    hold: readTime('slow.hold', hold),
    onReport,
    isOver: false,
  };
}

function readTime(argument: string, ms: number | undefined): number | undefined {
  const isNumber = typeof ms === 'number';
  const Refusal = isNumber && ms < 0 ? RangeError : TypeError;
  requireThat(ms === undefined || (isNumber && ms >= 0), argument, 'a number of milliseconds, at least 0', ms, Refusal);
  return ms;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}
