import type { PermitOptions } from '../contract/acquirable.ts';

/** The options of a call, each checked and read once. */
export interface FakeTerms {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly priority: number;
  readonly permits: number;
}

/** Checks the options of a call on a lock of this capacity. */
export function readTerms(options: PermitOptions | undefined, capacity: number): FakeTerms {
  if (options !== undefined)
    requireThat(typeof options === 'object' && options !== null, 'options', 'an object', options);
  const { timeout = Number.POSITIVE_INFINITY, signal, priority = 0, permits = 1 } = options ?? {};
  requireThat(typeof timeout === 'number' && !Number.isNaN(timeout), 'timeout', 'a number', timeout);
  requireThat(signal === undefined || signal === null || isSignal(signal), 'signal', 'an AbortSignal', signal);
  requireThat(typeof priority === 'number', 'priority', 'a number', priority);
  requireThat(Number.isFinite(priority), 'priority', 'finite', priority, RangeError);
  requireThat(typeof permits === 'number', 'permits', 'a number', permits);
  requireThat(Number.isInteger(permits) && permits >= 1, 'permits', 'an integer of at least 1', permits, RangeError);
  requireThat(permits <= capacity, 'permits', `at most ${capacity}`, permits, RangeError);
  return { timeout, signal: signal ?? undefined, priority, permits };
}

/** Throws unless `fn` is a function. */
export function requireFunction(fn: unknown): void {
  requireThat(typeof fn === 'function', 'fn', 'a function', fn);
}

function requireThat(
  isGood: boolean,
  argument: string,
  expected: string,
  value: unknown,
  ErrorClass: typeof TypeError | typeof RangeError = TypeError,
): void {
  if (!isGood) throw new ErrorClass(`${argument} must be ${expected}, but is ${show(value)}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}

function isSignal(value: object): boolean {
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
